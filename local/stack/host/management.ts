import { AwsError } from '#local/aws/services/aws-error.ts'
import type { ConnectionHandlers } from '#local/aws/services/handlers.ts'
import type { WebSocketApi } from '../http/websocket-api.ts'

/** The management API over every WebSocket API of the stack. */
export function connectionManagement(sockets: () => readonly WebSocketApi[]): ConnectionHandlers {
  const ownerOf = (id: string) => sockets().find(({ connections }) => connections.has(id))
  return {
    post: async (id, data) => {
      const sent = ownerOf(id)?.post(id, data) ?? 'gone'
      if (sent === 'tooLarge') throw new AwsError('PayloadTooLargeException', 'Request Too Long', 413)
      return sent
    },
    get: async (id) => {
      const connection = ownerOf(id)?.connections.get(id)
      if (connection === undefined) return 'gone'
      const { sourceIp, userAgent, connectedAtMs, lastActiveMs } = connection
      return { sourceIp, userAgent, connectedAt: new Date(connectedAtMs), lastActiveAt: new Date(lastActiveMs) }
    },
    remove: async (id) => (ownerOf(id)?.disconnect(id) ? 'closed' : 'gone'),
  }
}
