import { defineOperation } from '#kit/define-operation.ts'
import { communityErrors, communityNeeds } from './_community.ts'
import { answerLinked, linkedExample, linkedInput, linkedOutput } from './_linked.ts'

export const operation = defineOperation({
  key: 'digigo POST /community/sub-groups',
  group: 'Community',
  summary: 'Groups of a community (alias)',
  auth: ['deviceToken'],
  input: { body: linkedInput },
  output: linkedOutput,
  envelope: 'flat',
  errorForm: 'bare',
  refusals: { community_jid: 'invalid community JID format' },
  errors: communityErrors,
  needs: communityNeeds,
  examples: { body: linkedExample },
  handler: (ctx, { body }) => answerLinked(ctx, body),
})
