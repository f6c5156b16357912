import { defineOperation } from '#kit/define-operation.ts'
import { communityErrors, communityNeeds } from './_community.ts'
import { changeLink, linkExample, linkInput, linkOutput } from './_link.ts'

export const operation = defineOperation({
  key: 'digigo POST /community/unlink',
  group: 'Community',
  summary: 'Unlink a group from a community',
  auth: ['deviceToken'],
  input: { body: linkInput },
  output: linkOutput,
  envelope: 'flat',
  errorForm: 'bare',
  refusals: { parent_jid: 'invalid parent JID format', child_jid: 'invalid child JID format' },
  errors: communityErrors,
  needs: communityNeeds,
  examples: { body: linkExample },
  handler: (ctx, { body }) => changeLink(ctx, 'unlink', body, 'Group unlinked from community successfully'),
})
