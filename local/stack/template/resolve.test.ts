// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is the substitution syntax of CloudFormation
import { describe, expect, it } from 'vitest'
import { parseTemplate } from './assembly.ts'
import { resolveApp } from './resolve.ts'
import { unsupportedTypesMessage } from './resource-types.ts'

const local = {
  region: 'eu-central-1',
  accountId: '000000000000',
  sqsUrl: 'http://127.0.0.1:4001',
  frontHost: 'localhost:8080',
  managementUrl: 'http://127.0.0.1:4002',
}

function resolve(...templates: [name: string, template: unknown][]) {
  const stacks = templates.map(([name, template]) => ({ name, region: undefined, template: parseTemplate(template) }))
  return resolveApp({ directory: '/none', stacks, files: new Map(), images: new Map() }, local)
}

const environmentOf = (app: ReturnType<typeof resolve>) =>
  (app.ofType('AWS::Lambda::Function')[0]!.properties.Environment as { Variables: Record<string, unknown> }).Variables

const reader = (variables: Record<string, unknown>, rest: Record<string, unknown> = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: { Environment: { Variables: variables } },
  ...rest,
})

describe('template resolution', () => {
  it('gives names, addresses and ARNs for references inside a stack', () => {
    const app = resolve([
      'main',
      {
        Resources: {
          Queue: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
          Table: { Type: 'AWS::DynamoDB::GlobalTable', Properties: { TableName: 'things' } },
          Reader: reader({
            URL: { Ref: 'Queue' },
            QUEUE_ARN: { 'Fn::GetAtt': ['Queue', 'Arn'] },
            TABLE: { Ref: 'Table' },
            STREAM: { 'Fn::GetAtt': 'Table.StreamArn' },
            SUB: { 'Fn::Sub': ['${Table}/${AWS::Region}/${word}/${!kept}/${Queue.QueueName}', { word: 'x' }] },
            JOINED: { 'Fn::Join': ['-', ['a', { 'Fn::Select': [1, { 'Fn::Split': ['/', 'p/q/r'] }] }]] },
            GONE: { Ref: 'AWS::NoValue' },
          }),
        },
      },
    ])
    expect(environmentOf(app)).toEqual({
      URL: 'http://127.0.0.1:4001/000000000000/main-Queue.fifo',
      QUEUE_ARN: 'arn:aws:sqs:eu-central-1:000000000000:main-Queue.fifo',
      TABLE: 'things',
      STREAM: 'arn:aws:dynamodb:eu-central-1:000000000000:table/things/stream/local',
      SUB: 'things/eu-central-1/x/${kept}/main-Queue.fifo',
      JOINED: 'a-q',
    })
  })

  it('follows exports into other stacks', () => {
    const app = resolve(
      ['reader', { Resources: { Reader: reader({ ARN: { 'Fn::ImportValue': 'data:bus' } }) } }],
      [
        'data',
        {
          Resources: { Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'events' } } },
          Outputs: {
            O: {
              Value: { 'Fn::GetAtt': ['Bus', 'Arn'] },
              Export: { Name: { 'Fn::Join': ['', [{ Ref: 'AWS::StackName' }, ':bus']] } },
            },
          },
        },
      ],
    )
    expect(environmentOf(app)).toEqual({ ARN: 'arn:aws:events:eu-central-1:000000000000:event-bus/events' })
    expect(app.outputs.get('data:bus')).toBe('arn:aws:events:eu-central-1:000000000000:event-bus/events')
  })

  it('leaves out resources and values whose condition does not hold', () => {
    const app = resolve([
      'main',
      {
        Parameters: { Stage: { Type: 'String', Default: 'dev' } },
        Conditions: {
          IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
          NotProd: { 'Fn::Not': [{ Condition: 'IsProd' }] },
        },
        Resources: {
          A: reader({ X: { 'Fn::If': ['IsProd', 'p', 'd'] } }, { Condition: 'NotProd' }),
          B: reader({}, { Condition: 'IsProd' }),
        },
      },
    ])
    expect(app.resources.map((resource) => resource.logicalId)).toEqual(['A'])
    expect(environmentOf(app)).toEqual({ X: 'd' })
  })

  it('turns deployed addresses into local ones but keeps bare origin hosts', () => {
    const app = resolve([
      'main',
      {
        Resources: {
          Http: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } },
          Socket: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'WEBSOCKET' } },
          Site: { Type: 'AWS::CloudFront::Distribution', Properties: {} },
          Reader: reader({
            SITE: { 'Fn::Sub': 'https://${Site.DomainName}/x' },
            MANAGE: { 'Fn::Sub': 'https://${Socket}.execute-api.${AWS::Region}.${AWS::URLSuffix}/prod' },
            ORIGIN: { 'Fn::Select': [2, { 'Fn::Split': ['/', { 'Fn::GetAtt': ['Http', 'ApiEndpoint'] }] }] },
          }),
        },
      },
    ])
    const http = app.resources[0]!
    expect(environmentOf(app)).toEqual({
      SITE: 'http://localhost:8080/x',
      MANAGE: 'http://127.0.0.1:4002/prod',
      ORIGIN: `${http.name}.execute-api.eu-central-1.amazonaws.com`,
    })
  })

  it('says what is missing when a reference leads nowhere', () => {
    expect(() => resolve(['main', { Resources: { A: reader({ X: { Ref: 'Nothing' } }) } }])).toThrow(
      'stack main: resource Nothing does not exist',
    )
  })

  it('names resource types nothing stands in for in one line', () => {
    expect(unsupportedTypesMessage(['AWS::SQS::Queue', 'AWS::CDK::Metadata'])).toBeUndefined()
    expect(unsupportedTypesMessage(['AWS::RDS::DBCluster', 'AWS::SQS::Queue'])).toBe(
      'no local counterpart for AWS::RDS::DBCluster: add it to local/stack/template/resource-types.ts',
    )
  })
})
