import { z } from 'zod'
import type { ResolvedApp, ResolvedResource } from '../template/resolve.ts'
import { functionNameOf } from './definition.ts'

const permissionSchema = z.looseObject({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
})

/** Service that calls functions for APIs. */
const GATEWAY = 'apigateway.amazonaws.com'

/**
 * Throws when no permission of the templates lets API Gateway call a function for an API's stage: deployed, every request would
 * be answered with 500. `call` is the rest of what is called, such as `GET/users`.
 */
export function assertMayInvoke(
  app: ResolvedApp,
  api: ResolvedResource,
  functionName: string,
  stage: string,
  call: string,
): void {
  const { region, accountId } = app.local
  const arn = `arn:aws:execute-api:${region}:${accountId}:${api.name}/${stage}/${call}`
  const isAllowed = app
    .ofType('AWS::Lambda::Permission')
    .map(({ properties }) => permissionSchema.parse(properties))
    .some(
      ({ Action, FunctionName, Principal, SourceArn }) =>
        Action === 'lambda:InvokeFunction' &&
        Principal === GATEWAY &&
        functionNameOf(FunctionName) === functionName &&
        (SourceArn === undefined || isLike(SourceArn, arn)),
    )
  if (!isAllowed) throw new Error(`no permission lets API Gateway call ${functionName} for ${arn}`)
}

/** Whether an ARN fits a pattern in which a star stands for any text and a question mark for one character. */
function isLike(pattern: string, arn: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${expression}$`).test(arn)
}
