import { z } from 'zod'
import { defineEvent } from '#kit/define-event.ts'

/** A socket was opened on which the QR codes of a device are shown: from now on something can be written to it. */
export const linkSocketOpened = defineEvent({
  type: 'device.link_opened',
  version: 1,
  summary: 'Somebody opened the socket that shows the QR codes for linking a phone.',
  data: z.object({ connectionId: z.string().describe('The socket, as API Gateway names it') }),
  project: (image) => ({ connectionId: String(image.connectionId) }),
})
