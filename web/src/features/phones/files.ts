/** Where a file goes in the body of a message, by its type. */
const kindOf = (type: string): 'image' | 'video' | 'audio' | 'document' => {
  const [kind] = type.split('/')
  return kind === 'image' || kind === 'video' || kind === 'audio' ? kind : 'document'
}

const toBase64 = (file: File): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onerror = () => reject(reader.error ?? new Error('the file cannot be read'))
    reader.onload = () => resolve(String(reader.result).split(',')[1] ?? '')
    reader.readAsDataURL(file)
  })

/** A file as the content of a message, with its caption. Rejects when the browser cannot read it. */
export const readFile = async (file: File, caption: string) => ({
  [kindOf(file.type)]: {
    base64: await toBase64(file),
    mimetype: file.type || 'application/octet-stream',
    fileName: file.name,
    caption: caption || undefined,
  },
})
