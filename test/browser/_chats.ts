import sharp from 'sharp'
import { pairedDevice, type StackAddress, type TestDevice } from '#test/harness/device.ts'
import { movie, sound } from '#test/harness/media-samples.ts'
import { createPhone, freshNumber, type Phone } from '#test/harness/phone.ts'

/** A device and somebody who writes to it. */
export type Chat = { device: TestDevice; customer: Phone }

/** Someone on the simulated network who may write to a device. */
export const newCustomer = (stack: Pick<StackAddress, 'sandboxUrl'>, name: string): Promise<Phone> =>
  createPhone(stack.sandboxUrl, freshNumber(), { name })

/** A paired device and one customer. */
export const newChat = async (stack: StackAddress, name: string): Promise<Chat> => {
  const [device, customer] = await Promise.all([
    pairedDevice(stack, { name: `${name}'s device` }),
    newCustomer(stack, name),
  ])
  return { device, customer }
}

/** A picture of a size, as JPEG in base64. */
export const picture = async (width: number, height: number, background = '#3a7d6b'): Promise<string> =>
  (
    await sharp({ create: { width, height, channels: 3, background } })
      .jpeg()
      .toBuffer()
  ).toString('base64')

/** Sends one message of every kind that phones can write to the device. */
export const sendEveryKind = async ({ device, customer }: Chat): Promise<void> => {
  const to = device.phone.phone
  const first = await customer.send(to, {
    text: 'Good morning! Is the blue one still available? https://example.com/blue',
  })
  await customer.send(to, { text: 'I would come by *today*.' })
  await customer.send(to, { text: 'About this one', quote: first })
  await customer.send(to, { image: { base64: await picture(640, 480), mimetype: 'image/jpeg', caption: 'Like this' } })
  const webp = await sharp({ create: { width: 200, height: 200, channels: 4, background: '#f0be62' } })
    .webp()
    .toBuffer()
  await customer.send(to, { sticker: { base64: webp.toString('base64'), mimetype: 'image/webp' } })
  const voice = (await sound('opus.ogg', 3)).toString('base64')
  await customer.send(to, { audio: { base64: voice, mimetype: 'audio/ogg; codecs=opus', seconds: 3, ptt: true } })
  const film = (await movie({ seconds: 1 })).toString('base64')
  await customer.send(to, { video: { base64: film, mimetype: 'video/mp4', seconds: 1, caption: 'A film' } })
  const pdf = Buffer.from('%PDF-1.4\n%%EOF\n').toString('base64')
  await customer.send(to, { document: { base64: pdf, mimetype: 'application/pdf', fileName: 'Offer 2026.pdf' } })
  await customer.send(to, { location: { latitude: -6.1754, longitude: 106.8272, name: 'Monas' } })
  await customer.send(to, { contact: { name: 'Ann Lee', phone: '15550009999' } })
  const poll = await customer.send(to, { poll: { name: 'When?', options: ['Monday', 'Tuesday'], selectable: 1 } })
  await customer.send(to, { vote: { id: poll, options: ['Tuesday'] } })
  await customer.send(to, {
    event: { name: 'Viewing', startsAt: Math.round(Date.now() / 1000) + 86_400, place: 'Shop' },
  })
  await customer.send(to, { choice: { form: 'list', id: 'blue', title: 'The blue one' } })
  const wrong = await customer.send(to, { text: 'At five' })
  await customer.send(to, { edit: { id: wrong, text: 'At six' } })
  const secret = await customer.send(to, { text: 'Forget this' })
  await customer.send(to, { revoke: { id: secret } })
  await customer.send(to, { reaction: { id: first, text: '👍' } })
}
