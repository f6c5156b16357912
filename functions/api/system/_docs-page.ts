/** The page at `/docs`: it reads `/openapi.json` and needs nothing from outside. */
export const DOCS_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Switchboard API</title>
<style>
:root { color-scheme: light dark; --line: light-dark(#d9dce1, #363b43); --soft: light-dark(#f5f6f8, #1d2025); --accent: light-dark(#0b57d0, #8ab4f8); }
body { font: 14px/1.5 system-ui, sans-serif; margin: 0; background: light-dark(#fff, #14161a); color: light-dark(#1b1e23, #e6e8eb); }
header, main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
input { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: 6px; background: transparent; color: inherit; }
h2 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .25rem 0; }
summary { cursor: pointer; padding: .4rem .75rem; display: flex; gap: .75rem; flex-wrap: wrap; }
summary code { font-weight: 600; }
details > div { padding: 0 .75rem .75rem; }
pre { background: var(--soft); padding: .75rem; border-radius: 6px; overflow: auto; font-size: 13px; }
button { font: inherit; color: var(--accent); background: none; border: 1px solid var(--line); border-radius: 6px; padding: .15rem .6rem; cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
</style>
</head>
<body>
<header>
<h1>Switchboard API</h1>
<p id="about" aria-live="polite">Loading…</p>
<label for="find">Find an operation</label>
<input id="find" type="search" placeholder="path, method or word">
</header>
<main id="list"></main>
<script type="module">
const HEADERS = {
  adminToken: 'Authorization: ADMIN_TOKEN', deviceToken: 'token: DEVICE_TOKEN', managerKey: 'apikey: MANAGER_KEY',
  apiKey: 'Authorization: ceox_YOUR_KEY', userToken: 'Authorization: Bearer ACCESS_TOKEN',
  clientCredential: 'Authorization: Basic BASE64(CLIENT_ID:CLIENT_SECRET)', matrixToken: 'Authorization: Bearer mt_TOKEN',
}
const quote = (text) => "'" + text.replaceAll("'", "'\\\\''") + "'"
const curl = (method, path, operation, header) => {
  const media = operation.requestBody?.content?.['application/json']
  const lines = ['curl -X ' + method.toUpperCase() + ' ' + quote(location.origin + path)]
  if (header) lines.push('-H ' + quote(header))
  if (media) lines.push('-H ' + quote('Content-Type: application/json'), '-d ' + quote(JSON.stringify(media.example ?? {}, null, 2)))
  return lines.join(' \\\\\\n  ')
}
const element = (name, text, className) => Object.assign(document.createElement(name), { textContent: text ?? '', className: className ?? '' })
const block = (title, value) => {
  const part = element('section')
  part.append(element('h3', title), element('pre', typeof value === 'string' ? value : JSON.stringify(value, null, 2)))
  return part
}
const render = (method, path, operation) => {
  const row = element('details')
  const head = element('summary')
  head.append(element('code', method.toUpperCase() + ' ' + path), element('span', operation.summary))
  const body = element('div')
  row.append(head, body)
  row.dataset.words = (method + ' ' + path + ' ' + operation.summary + ' ' + operation.tags.join(' ')).toLowerCase()
  row.addEventListener('toggle', () => {
    if (body.childElementCount > 0) return
    if (operation.description) body.append(element('p', operation.description))
    const headers = operation.security.length > 0 ? [...new Set(operation.security.map((one) => HEADERS[Object.keys(one)[0]] ?? ''))] : ['']
    for (const header of headers) {
      const text = curl(method, path, operation, header)
      const part = block('curl', text)
      const copy = element('button', 'Copy')
      copy.addEventListener('click', async () => { await navigator.clipboard.writeText(text); copy.textContent = 'Copied' })
      part.append(copy)
      body.append(part)
    }
    for (const [status, answer] of Object.entries(operation.responses)) {
      const media = answer.content?.['application/json']
      const [example] = Object.values(media?.examples ?? {})
      body.append(block(status + ' ' + answer.description, example?.value ?? media?.schema ?? {}))
    }
  })
  return row
}
const about = document.getElementById('about')
const list = document.getElementById('list')
try {
  const response = await fetch('/openapi.json')
  if (!response.ok) throw new Error('status ' + response.status)
  const doc = await response.json()
  about.textContent = doc.info.description
  const groups = new Map()
  for (const [path, methods] of Object.entries(doc.paths))
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags[0]
      if (!groups.has(tag)) groups.set(tag, [])
      groups.get(tag).push(render(method, path, operation))
    }
  for (const [tag, rows] of [...groups].sort(([a], [b]) => a.localeCompare(b))) {
    const section = element('section')
    section.append(element('h2', tag), ...rows)
    list.append(section)
  }
} catch (error) {
  about.textContent = 'The document could not be loaded (' + error.message + '). Reload the page to try again.'
}
document.getElementById('find').addEventListener('input', (event) => {
  const word = event.target.value.toLowerCase()
  for (const section of list.children) {
    let shown = 0
    for (const row of section.querySelectorAll('details')) {
      row.hidden = !row.dataset.words.includes(word)
      if (!row.hidden) shown += 1
    }
    section.hidden = shown === 0
  }
})
</script>
</body>
</html>
`
