import { z } from 'zod'
import { setBlocked } from '#domains/devices/privacy.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'
import { documented, liveErrors, liveNeeds, personJid, refuse } from './_live.ts'

const MOST = 100

const ACTIONS = ['block', 'unblock'] as const
const isAction = (text: string): text is (typeof ACTIONS)[number] => (ACTIONS as readonly string[]).includes(text)

export const operation = defineOperation({
  key: 'digigo POST /privacy/blocklist',
  group: 'Privacy',
  summary: 'Block or unblock contacts',
  description: 'Everybody is looked up first: when WhatsApp does not know one of them, nobody is blocked.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      action: z.string().optional().describe('Required. `block` or `unblock`'),
      users: z
        .array(z.string())
        .max(MOST, `has at most ${MOST} users`)
        .optional()
        .describe('Required. Phone numbers, JIDs or LIDs'),
    }),
  },
  output: z.object({
    success: z.literal(true),
    message: z.string(),
    action: z.enum(ACTIONS),
    users: z.array(z.string()),
  }),
  envelope: 'flat',
  errorForm: 'bare',
  errors: [...liveErrors, 'validation_failed', 'not_on_whatsapp'],
  needs: liveNeeds,
  examples: { body: { action: 'block', users: ['5491155553934', '5521971532700'] } },
  handler: async (ctx, { body: { action, users = [] } }) => {
    if (!action || users.length === 0) throw refuse('missing action or users in payload')
    if (!isAction(action)) throw refuse('invalid action. Use: block or unblock')
    const jids = users.map((user) => personJid(user, `invalid JID: ${user}`))
    const device = await sessionDevice(ctx, ctx.actor)
    await documented('failed to update blocklist', setBlocked(commandPort(), device, jids, action === 'block'))
    return { success: true as const, message: `Successfully ${action}ed ${users.length} contact(s)`, action, users }
  },
})
