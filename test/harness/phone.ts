import { at, call } from './http.ts'
import { waitFor } from './wait.ts'

/** A message as a simulated phone lists it. */
export type PhoneMessage = {
  id: string
  from: string
  to: string
  chat: string
  fromMe: boolean
  kind: string
  text?: string
  caption?: string
  received?: number
  status?: string
}

/** Drives one simulated phone through the sandbox network's control API. */
export const phoneDriver = (sandboxUrl: string, phone: string) => {
  const url = `${sandboxUrl}/phones/${phone}`
  const ok = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await call(method, `${url}${path}`, { body })
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer.body
  }
  return {
    phone,
    scan: (qr: string) => ok('POST', '/scan', { qr }),
    enterCode: (code: string) => ok('POST', '/link-code', { code }),
    send: async (to: string, content: Record<string, unknown>): Promise<string> =>
      String(at(await ok('POST', '/messages', { to, ...content }), 'id')),
    messages: async (): Promise<PhoneMessage[]> => (await ok('GET', '/messages')) as PhoneMessage[],
    read: (id: string | string[]) => ok('POST', '/read', { id }),
    unlink: (device: number) => ok('POST', '/unlink', { device }),
    state: () => ok('GET', ''),
    set: (change: Record<string, unknown>) => ok('PATCH', '', change),
    /** The message with this text, once the phone has it. */
    hasText: (text: string, timeoutMs = 15_000): Promise<PhoneMessage> =>
      waitFor(
        `the phone to have "${text}"`,
        async () => ((await ok('GET', '/messages')) as PhoneMessage[]).find((message) => message.text === text),
        { timeoutMs },
      ),
  }
}

/** One simulated phone. */
export type Phone = ReturnType<typeof phoneDriver>

/** Makes a phone on the sandbox network. */
export const createPhone = async (
  sandboxUrl: string,
  phone: string,
  options: { name?: string; autoRead?: boolean; online?: boolean } = {},
): Promise<Phone> => {
  const answer = await call('POST', `${sandboxUrl}/phones`, { body: { phone, name: `Phone ${phone}`, ...options } })
  if (answer.status >= 300) throw new Error(`creating phone ${phone}: ${answer.status} ${answer.text}`)
  return phoneDriver(sandboxUrl, phone)
}

let counter = 0

/** A phone number nobody else in this run uses. */
export const freshNumber = (): string => {
  counter += 1
  return `1555${String(process.pid % 1000).padStart(3, '0')}${String(Date.now() % 10_000).padStart(4, '0')}${counter}`.slice(
    0,
    15,
  )
}
