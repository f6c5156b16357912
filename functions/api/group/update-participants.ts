import { z } from 'zod'
import { changeMembers, type MemberOutcomes } from '#domains/groups/ask.ts'
import { peopleField, peopleJids } from '#domains/groups/input.ts'
import { jidOf, MEMBER_ACTIONS, type MemberAction } from '#domains/groups/model.ts'
import { readyDevice } from '#domains/groups/ready.ts'
import { addressesOf, reasonOf, shownRefusal, showRefusal } from '#domains/groups/show-digigo.ts'
import { defineOperation } from '#kit/define-operation.ts'
import { type AppError, type ErrorCode, fail } from '#kit/errors.ts'
import { groupErrors, groupJid, groupNeeds } from './_group.ts'

const DONE: Record<MemberAction, [string, string]> = {
  add: ['Added', 'to the group'],
  remove: ['Removed', 'from the group'],
  promote: ['Promoted', 'in the group'],
  demote: ['Demoted', 'in the group'],
}

/** Errors for WhatsApp's codes about one participant, where nobody could be changed. */
const CODES: Record<number, ErrorCode> = { 404: 'not_on_whatsapp', 409: 'conflict', 419: 'group_full' }

/** Why nothing was done at all. With several participants each is named with its reason. */
const nothingDone = (action: MemberAction, refused: MemberOutcomes['refused']): AppError => {
  const [first] = refused
  const code = first?.error ?? 0
  const isUnknownMember = code === 404 && action !== 'add'
  const known = isUnknownMember ? 'unprocessable' : (CODES[code] ?? 'forbidden')
  const words = isUnknownMember ? 'The participant is not in the group.' : reasonOf(code)
  return fail(known, {
    message: refused.length === 1 ? words : 'WhatsApp refused all participants.',
    data: { Refused: refused.map(showRefusal) },
  })
}

const participant = z.object({ JID: z.string(), PhoneNumber: z.string(), LID: z.string() })

export const operation = defineOperation({
  key: 'digigo POST /group/updateparticipants',
  group: 'Group',
  summary: 'Add, remove, promote or demote members',
  description:
    'Each participant has an outcome: `Participants` are those it worked for, `Refused` the others with the reason.',
  auth: ['deviceToken'],
  input: {
    body: z.object({
      GroupJID: groupJid,
      Action: z.enum(MEMBER_ACTIONS, `must be ${MEMBER_ACTIONS.join(', ')}`),
      Phone: peopleField('must not be empty'),
    }),
  },
  output: z.object({
    Details: z.string(),
    Participants: z.array(participant),
    Refused: z.array(shownRefusal).optional(),
  }),
  errors: [...groupErrors, 'not_on_whatsapp', 'group_full'],
  needs: groupNeeds,
  examples: {
    body: {
      GroupJID: '120363312246943103@g.us',
      Action: 'add',
      Phone: ['5491112345678', '5491123456789@s.whatsapp.net'],
    },
  },
  handler: async (ctx, { body }) => {
    const people = peopleJids(body.Phone, 'Phone')
    const { port, device } = await readyDevice(ctx)
    const { done, refused } = await changeMembers(port, device, body.GroupJID, body.Action, people)
    if (done.length === 0) throw nothingDone(body.Action, refused)
    const [verb, where] = DONE[body.Action]
    const count = refused.length > 0 ? ` ${done.length} of ${done.length + refused.length}` : ''
    return {
      Details: `${verb}${count} ${where}`,
      Participants: done.map((who) => ({ JID: jidOf(who) ?? who.jid, ...addressesOf(who) })),
      ...(refused.length > 0 && { Refused: refused.map(showRefusal) }),
    }
  },
})
