import { expect, it } from 'vitest'
import type { JsonClient } from '../aws-calls/json-client.ts'
import { parseTemplate } from '../template/assembly.ts'
import { resolveApp } from '../template/resolve.ts'
import { fillDynamicReferences } from './dynamic-references.ts'

const answering = (answer: (input: Record<string, string>) => unknown): JsonClient => ({
  call: async <T>(_operation: string, input: unknown) => answer(input as Record<string, string>) as T,
  close: () => {},
})

it('puts the values of secrets and parameters where the template refers to them', async () => {
  const Resources = {
    Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'mail' } },
    Thing: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        KEY: { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'Secret' }, ':SecretString:key::}}']] },
        WHOLE: '{{resolve:secretsmanager:mail:SecretString}}',
        BOTH: ['a={{resolve:ssm:/one:3}} b={{resolve:ssm:/two}}'],
      },
    },
  }
  const stacks = [{ name: 's', region: undefined, template: parseTemplate({ Resources }) }]
  const local = { region: 'r', accountId: '1', sqsUrl: '', frontHost: '' }
  const app = resolveApp({ directory: '', stacks, files: new Map(), images: new Map() }, local)
  const { arn } = app.ofType('AWS::SecretsManager::Secret')[0]!
  await fillDynamicReferences(app, {
    secrets: answering(({ SecretId }) => ({
      SecretString: [arn, 'mail'].includes(SecretId!) ? '{"key":"v"}' : 'wrong',
    })),
    parameters: answering(({ Name }) => ({ Parameter: { Value: `value of ${Name}` } })),
  })
  expect(app.ofType('AWS::Lambda::Function')[0]!.properties).toEqual({
    KEY: 'v',
    WHOLE: '{"key":"v"}',
    BOTH: ['a=value of /one b=value of /two'],
  })
})
