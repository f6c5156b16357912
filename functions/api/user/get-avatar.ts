import { z } from 'zod'
import { findPicture } from '#domains/contacts/people.ts'
import { sessionDevice } from '#domains/devices/session-work.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { parseRecipient } from '#kit/phone.ts'
import { commandPort } from '#services'
import { documented, liveErrors, liveNeeds } from './_live.ts'

const BOT = /^\d+@bot$/

export const operation = defineOperation({
  key: 'digigo POST /user/avatar',
  group: 'User',
  summary: 'Profile picture of a user or group',
  description:
    'The address works for a while only. A missing picture answers 404, one that is not shown to the account 403.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      Phone: z.string().min(1).describe('Phone number, or JID of a person, group, community or bot'),
      Preview: z.boolean().default(false).describe('A small picture instead of the full one'),
      IsCommunity: z.boolean().optional(),
      CommonGID: z
        .string()
        .regex(/^[\d-]+@g\.us$/, 'must be the JID of a group')
        .optional()
        .describe('A group that both are members of: its members see each other’s pictures'),
      InviteCode: z.string().max(64).optional().describe('Invite code of the group whose picture is asked for'),
      PersonaID: z.string().max(128).optional().describe('Persona of a Meta AI bot'),
    }),
  },
  output: z.object({ direct_path: z.string(), id: z.string(), type: z.string(), url: z.string() }),
  errors: [...liveErrors, 'validation_failed', 'not_found', 'forbidden'],
  needs: liveNeeds,
  examples: { body: { Phone: '5491155553934', Preview: true } },
  handler: async (ctx, { body }) => {
    const jid = BOT.test(body.Phone) ? body.Phone : parseRecipient(body.Phone, 'Phone').jid
    const device = await sessionDevice(ctx, ctx.actor)
    const question = {
      jid,
      preview: body.Preview,
      community: body.IsCommunity,
      commonGroup: body.CommonGID,
      inviteCode: body.InviteCode,
      personaId: body.PersonaID,
    }
    const picture = await documented('failed to get avatar', findPicture(commandPort(), device, question))
    return { direct_path: picture.directPath ?? '', id: picture.id, type: picture.type, url: picture.url }
  },
})
