import { describe, expect, it } from 'vitest'
import { parseTemplate } from '../template/assembly.ts'
import { resolveApp } from '../template/resolve.ts'
import { EventBuses } from './bus.ts'
import { TargetSender } from './targets.ts'

type Sent = { operation: string; body: Record<string, unknown> }

function setUp(rules: Record<string, unknown>, failures = 0) {
  const Resources = {
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'main' } },
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q' } },
    Fifo: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q.fifo', FifoQueue: true } },
    Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
    ...rules,
  }
  const stacks = [{ name: 's', region: undefined, template: parseTemplate({ Resources }) }]
  const local = { region: 'eu-central-1', accountId: '1', sqsUrl: 'http://sqs', frontHost: 'localhost:1' }
  const app = resolveApp({ directory: '', stacks, files: new Map(), images: new Map() }, local)
  const sent: Sent[] = []
  let left = failures
  const call = async <T>(operation: string, body: unknown) => {
    if (left > 0) {
      left -= 1
      throw new Error('down')
    }
    sent.push({ operation, body: body as Record<string, unknown> })
    return {} as T
  }
  const access = { sqsUrl: local.sqsUrl, functions: new Map(), log: () => {}, putEvent: async () => {} }
  const sender = new TargetSender({ ...access, sqs: { call, close: () => {} } })
  return { buses: new EventBuses(app, sender), sent }
}

const rule = (pattern: unknown, target: Record<string, unknown>) => ({
  Type: 'AWS::Events::Rule',
  Properties: { EventBusName: { Ref: 'Bus' }, EventPattern: pattern, Targets: [{ Id: 't', ...target }] },
})
const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] })
const entry = { EventBusName: 'main', Source: 'test', DetailType: 'thing', Detail: '{"device":"d1","n":1}' }

describe('an event bus', () => {
  it('gives events to the targets of matching rules only', async () => {
    const { buses, sent } = setUp({
      A: rule({ source: ['test'] }, { Arn: arnOf('Queue') }),
      B: rule({ source: ['other'] }, { Arn: arnOf('Queue') }),
    })
    const { results, settled } = buses.put([entry])
    await settled
    expect(results).toMatchObject([{ EventId: expect.any(String) }])
    expect(sent).toHaveLength(1)
    expect(JSON.parse(String(sent[0]!.body.MessageBody))).toMatchObject({
      source: 'test',
      'detail-type': 'thing',
      detail: { device: 'd1', n: 1 },
      region: 'eu-central-1',
    })
  })

  it('applies the input path, the transformer and the FIFO group', async () => {
    const { buses, sent } = setUp({
      A: rule({ source: ['test'] }, { Arn: arnOf('Queue'), InputPath: '$.detail' }),
      B: rule(
        { source: ['test'] },
        {
          Arn: arnOf('Fifo'),
          SqsParameters: { MessageGroupId: '$.detail.device' },
          InputTransformer: { InputPathsMap: { n: '$.detail.n' }, InputTemplate: '{"number":<n>}' },
        },
      ),
    })
    await buses.put([entry]).settled
    expect(sent.map(({ body }) => body.MessageBody)).toEqual(['{"device":"d1","n":1}', '{"number":1}'])
    expect(sent[1]!.body.MessageGroupId).toBe('d1')
  })

  it('tries again, and keeps what cannot be delivered in the dead-letter queue', async () => {
    const target = {
      Arn: arnOf('Queue'),
      RetryPolicy: { MaximumRetryAttempts: 1 },
      DeadLetterConfig: { Arn: arnOf('Dead') },
    }
    const { buses, sent } = setUp({ A: rule({ source: ['test'] }, target) }, 2)
    await buses.put([entry]).settled
    expect(sent.map(({ body }) => body.QueueUrl)).toEqual(['http://sqs/1/dead'])
  })

  it('refuses malformed entries one by one', () => {
    const { buses } = setUp({})
    const { results } = buses.put([
      { ...entry, Detail: '[' },
      { ...entry, EventBusName: 'no' },
      { ...entry, Source: '' },
      entry,
    ])
    expect(results.map((result) => 'ErrorCode' in result)).toEqual([true, true, true, false])
  })
})
