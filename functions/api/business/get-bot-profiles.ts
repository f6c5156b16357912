import { z } from 'zod'
import { describeBots } from '#domains/devices/business.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { documented, liveErrors, liveNeeds, refuse } from '#functions/api/user/_live.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { commandPort } from '#services'

const MOST = 50
const JID = /^\d+@(bot|s\.whatsapp\.net|lid)$/

export const operation = defineOperation({
  key: 'digigo POST /business/bot-profiles',
  group: 'Business',
  summary: 'Profiles of bots',
  description:
    'A JID that is no bot’s has no profile in the answer. `capabilities` holds the category that WhatsApp gives the bot.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      bot_jids: z.array(z.string()).max(MOST, `has at most ${MOST} JIDs`).optional().describe('Required. JIDs of bots'),
    }),
  },
  output: z.object({
    success: z.literal(true),
    profiles: z.array(
      z.object({
        jid: z.string(),
        name: z.string(),
        description: z.string(),
        verified: z.boolean(),
        avatar_url: z.string().optional(),
        capabilities: z.array(z.string()),
        commands: z.array(z.object({ command: z.string(), description: z.string() })),
      }),
    ),
    count: z.number().int(),
  }),
  envelope: 'flat',
  errorForm: 'bare',
  errors: [...liveErrors, 'validation_failed'],
  needs: liveNeeds,
  examples: { body: { bot_jids: ['867051314767696@bot'] } },
  handler: async (ctx, { body: { bot_jids: jids } }) => {
    if (!jids || jids.length === 0) throw refuse('bot JIDs are required')
    const wrong = jids.find((jid) => !JID.test(jid))
    if (wrong !== undefined) throw refuse(`invalid bot JID: ${wrong}`)
    const device = await sessionDevice(ctx, ctx.actor)
    const found = await documented('failed to retrieve bot profiles', describeBots(commandPort(), device, jids))
    const profiles = found.map(({ jid, name, description, category, commands, pictureUrl }) => ({
      jid,
      name,
      description,
      verified: true,
      avatar_url: pictureUrl,
      capabilities: category ? [category] : [],
      commands: commands.map((command) => ({ command: command.name, description: command.description })),
    }))
    return { success: true as const, profiles, count: profiles.length }
  },
})
