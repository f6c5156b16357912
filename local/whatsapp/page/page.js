// The page of the sandbox network: acts as the people who hold the phones, through the control API.

const FAULTS = [
  'stream-error',
  'disconnect',
  'prekey-low',
  'login-failure',
  'ack-error',
  'ack-delay',
  'ack-withhold',
  'receipt-withhold',
  'silence',
  'refuse-connections',
  'iq-error',
  'iq-withhold',
  'usync-error',
  'phone-cannot-decrypt',
  'device-cannot-decrypt',
  'media-gone',
]

/** What is looked at: a phone number and a chat of that phone. */
const view = { phone: undefined, chat: undefined }

const $ = (id) => document.getElementById(id)

function say(text, bad = false) {
  const state = $('state')
  state.textContent = text
  state.toggleAttribute('data-bad', bad)
}

async function call(method, path, body) {
  const answer = await fetch(path, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const json = await answer.json()
  if (!answer.ok) throw new Error(json.error?.message ?? `The network answered ${answer.status}.`)
  return json
}

/** Runs an action of the person and shows what went wrong. */
async function attempt(done, action) {
  try {
    await action()
    if (done) say(done)
    await refresh()
  } catch (error) {
    say(error.message, true)
  }
}

function element(tag, props = {}, ...children) {
  const made = Object.assign(document.createElement(tag), props)
  made.append(...children)
  return made
}

function fill(id, items, empty) {
  $(id).replaceChildren(...(items.length > 0 ? items : [element('li', { className: 'empty' }, empty)]))
}

function values(form) {
  const entries = [...new FormData(form)].filter(([, value]) => typeof value === 'string' && value.trim() !== '')
  return Object.fromEntries(entries.map(([key, value]) => [key, value.trim()]))
}

function choice(title, detail, current, onclick) {
  const button = element('button', { type: 'button', onclick }, title, element('small', {}, detail))
  button.setAttribute('aria-current', String(current))
  return button
}

function show(phone, chat) {
  view.phone = phone
  view.chat = chat
  document.body.dataset.view = chat ? 'chat' : phone ? 'phone' : 'phones'
  return refresh()
}

function showPhones(phones) {
  const items = phones.map((phone) => {
    const linked = phone.devices.filter(({ connected }) => connected).length
    const detail = `${phone.phone} · ${phone.devices.length} linked, ${linked} connected${phone.online ? '' : ' · off'}`
    return element(
      'li',
      {},
      choice(phone.name, detail, phone.phone === view.phone, () => show(phone.phone)),
    )
  })
  fill('phone-list', items, 'No phone yet. Create one, then link a client to it.')
}

function showDevices(phone) {
  const items = phone.devices.map((device) => {
    const state = device.connected ? 'connected' : 'away'
    const label = element(
      'span',
      {},
      `Device ${device.device}`,
      element('small', {}, `${device.platform} · ${state} · ${device.pending} waiting`),
    )
    const unlink = element('button', { type: 'button' }, 'Unlink')
    unlink.onclick = () =>
      attempt('Unlinked.', () => call('POST', `/phones/${phone.phone}/unlink`, { device: device.device }))
    return element('li', {}, label, unlink)
  })
  fill('device-list', items, 'No device is linked.')
}

function lastLine(message) {
  return message.text ?? message.caption ?? message.kind
}

function showChats(phone, messages) {
  const chats = new Map()
  for (const message of messages) chats.set(message.chat, message)
  if (view.chat && !chats.has(view.chat)) chats.set(view.chat, undefined)
  const items = [...chats].reverse().map(([chat, last]) => {
    const detail = last ? lastLine(last) : 'no message yet'
    return element(
      'li',
      {},
      choice(chat, detail, chat === view.chat, () => show(phone.phone, chat)),
    )
  })
  fill('chat-list', items, 'No chat yet.')
}

function mediaLink(phone, message) {
  const href = `/phones/${phone}/media/${encodeURIComponent(message.id)}`
  const label = message.media.fileName ?? `${message.kind}, ${message.media.size} bytes`
  return element('a', { href, target: '_blank', rel: 'noreferrer' }, label)
}

function messageItem(phone, message) {
  const time = new Date(message.timestamp * 1000).toLocaleTimeString()
  const author = message.participant && !message.fromMe ? `${message.participant}: ` : ''
  const words = message.reaction ?? message.text ?? message.caption ?? ''
  const body = element('div', {}, author, words || (message.media ? '' : message.kind))
  if (message.media) body.append(' ', mediaLink(phone, message))
  const notes = [
    time,
    message.kind === 'text' ? '' : message.kind,
    message.status,
    message.times > 1 ? `×${message.times}` : '',
  ]
  const facts = element('small', {}, notes.filter(Boolean).join(' · '))
  const className = [message.fromMe ? 'mine' : '', message.revoked ? 'revoked' : ''].join(' ').trim()
  return element('li', { className }, body, facts)
}

async function showPhone(phones) {
  const phone = phones.find((candidate) => candidate.phone === view.phone)
  $('phone').hidden = !phone
  $('chat').hidden = !phone || !view.chat
  if (!phone) return
  $('phone-title').textContent = phone.name
  $('phone-facts').textContent = `${phone.phone} · ${phone.lid}`
  $('online').checked = phone.online
  $('auto-read').checked = phone.autoRead
  showDevices(phone)
  const messages = await call('GET', `/phones/${phone.phone}/messages`)
  showChats(phone, messages)
  if (!view.chat) return
  $('chat-title').textContent = view.chat
  const inChat = messages.filter(({ chat }) => chat === view.chat).slice(-200)
  $('message-list').replaceChildren(...inChat.map((message) => messageItem(phone.phone, message)))
  $('message-list').scrollTop = $('message-list').scrollHeight
}

function showFaults(faults) {
  const items = faults.map((fault) => {
    const facts = [fault.phone, fault.code, fault.remaining && `${fault.remaining} left`, fault.xmlns]
    const label = element('span', {}, fault.kind, element('small', {}, facts.filter(Boolean).join(' · ')))
    const clear = element('button', { type: 'button' }, 'Clear')
    clear.onclick = () => attempt('Fault cleared.', () => call('DELETE', `/faults/${fault.id}`))
    return element('li', {}, label, clear)
  })
  fill('fault-list', items, 'No fault is set.')
}

let refreshing

/** Draws everything anew; calls that come meanwhile are drawn once, afterwards. */
function refresh() {
  refreshing ??= Promise.resolve()
    .then(async () => {
      const [phones, faults] = await Promise.all([call('GET', '/phones'), call('GET', '/faults')])
      refreshing = undefined
      showPhones(phones)
      showFaults(faults)
      await showPhone(phones)
    })
    .catch((error) => {
      refreshing = undefined
      say(error.message, true)
    })
  return refreshing
}

function readFile(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result)
    reader.onerror = () => reject(new Error('The file cannot be read.'))
    reader.readAsDataURL(file)
  })
}

function onSubmit(id, action) {
  $(id).addEventListener('submit', (event) => {
    event.preventDefault()
    action(event.target)
  })
}

function kindOf(file) {
  const [type] = file.type.split('/')
  return ['image', 'video', 'audio'].includes(type) ? type : 'document'
}

async function link(form) {
  const [picture] = form.picture.files
  const text = form.code.value.trim()
  const path = `/phones/${view.phone}`
  if (picture) await call('POST', `${path}/scan`, { qr: await readFile(picture) })
  else if (text.includes(',')) await call('POST', `${path}/scan`, { qr: text })
  else await call('POST', `${path}/link-code`, { code: text })
  form.reset()
}

async function compose(form) {
  const [file] = form.file.files
  const text = form.text.value
  const message = { to: view.chat }
  if (file) {
    const base64 = await readFile(file)
    message[kindOf(file)] = {
      base64,
      mimetype: file.type || undefined,
      fileName: file.name,
      caption: text || undefined,
    }
  } else message.text = text
  await call('POST', `/phones/${view.phone}/messages`, message)
  form.reset()
}

async function markRead() {
  const messages = await call('GET', `/phones/${view.phone}/messages?chat=${encodeURIComponent(view.chat)}`)
  const id = messages.filter(({ fromMe }) => !fromMe).map((message) => message.id)
  if (id.length > 0) await call('POST', `/phones/${view.phone}/read`, { id })
}

function setFault(form) {
  const { kind, phone, xmlns, ...numbers } = values(form)
  const counted = Object.entries(numbers).map(([key, value]) => [key, Number(value)])
  return call('POST', '/faults', { kind, phone, xmlns, ...Object.fromEntries(counted) })
}

onSubmit('new-phone', (form) =>
  attempt('Phone created.', async () => {
    const phone = await call('POST', '/phones', values(form))
    form.reset()
    await show(phone.phone)
  }),
)
onSubmit('link', (form) => attempt('Linked.', () => link(form)))
onSubmit('new-chat', (form) => show(view.phone, form.to.value.trim().replace(/^\+/, '')))
onSubmit('compose', (form) => attempt('', () => compose(form)))
onSubmit('new-fault', (form) => attempt('Fault set.', () => setFault(form)))
$('mark-read').onclick = () => attempt('Read.', markRead)
$('clear-faults').onclick = () => attempt('Faults cleared.', () => call('DELETE', '/faults'))
$('back').onclick = () => show()
$('back-to-phone').onclick = () => show(view.phone)
$('online').onchange = ({ target }) =>
  attempt('', () => call('PATCH', `/phones/${view.phone}`, { online: target.checked }))
$('auto-read').onchange = ({ target }) =>
  attempt('', () => call('PATCH', `/phones/${view.phone}`, { autoRead: target.checked }))
$('fault-kinds').append(...FAULTS.map((kind) => element('option', {}, kind)))

// Frames are left out: they would redraw the page at every stanza.
const WATCHED = [
  'phone.created',
  'phone.updated',
  'device.linked',
  'device.unlinked',
  'connection.ready',
  'connection.closed',
  'message.received',
  'message.sent',
  'message.status',
  'group',
  'fault',
]
const events = new EventSource(`/events?types=${WATCHED.join(',')}`)
events.onopen = () => say('Live')
events.onerror = () => say('The network does not answer.', true)
for (const type of WATCHED) events.addEventListener(type, () => refresh())
show()
