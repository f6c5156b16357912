import { startSandboxNetwork } from './network.ts'
import type { SandboxNetwork } from './network-types.ts'
import type { PhoneApi } from './phone-api.ts'
import { eventually, type TestAuth, TestClient } from './test-client.ts'

/** A phone with a linked client that finished its first sync. */
export interface Linked {
  phone: PhoneApi
  client: TestClient
  number: string
  jid: string
  device: number
}

/** A network with helpers to populate it; numbers never repeat. */
export class TestNetwork {
  network: SandboxNetwork
  private serial = 0
  private readonly clients: TestClient[] = []

  private constructor(network: SandboxNetwork) {
    this.network = network
  }

  /** Starts one on ports of its own. */
  static async start(options: Parameters<typeof startSandboxNetwork>[0] = {}): Promise<TestNetwork> {
    return new TestNetwork(await startSandboxNetwork(options))
  }

  /** A phone that nobody linked. */
  contact(name: string): { phone: PhoneApi; number: string; jid: string } {
    this.serial += 1
    const number = `1555300${String(this.serial).padStart(4, '0')}`
    return { phone: this.network.createPhone(number, { name }), number, jid: `${number}@s.whatsapp.net` }
  }

  /** A client that is ended with the others. */
  client(auth?: TestAuth, config?: ConstructorParameters<typeof TestClient>[2]): TestClient {
    const made = new TestClient(this.network, auth, config)
    this.clients.push(made)
    return made
  }

  /** A phone with a linked client. */
  async link(name: string): Promise<Linked> {
    const { phone, number, jid } = this.contact(name)
    const client = this.client()
    const { device } = await phone.scan(await client.qr())
    await client.opened()
    await eventually('the first sync', () => client.auth.creds.accountSyncCounter === 1)
    return { phone, client, number, jid, device }
  }

  /** Ends the clients and clears the faults, for the next test. */
  reset(): void {
    this.network.faults.clear()
    for (const client of this.clients.splice(0)) client.close()
  }

  /** Ends everything. */
  async close(): Promise<void> {
    this.reset()
    await this.network.close()
  }
}

/** Waits for a text on a phone. */
export function textOn(phone: PhoneApi, text: string) {
  return eventually(`${text} on the phone`, () => phone.messages().find((message) => message.text === text))
}
