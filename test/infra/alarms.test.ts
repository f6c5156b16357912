import { readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { ROOT } from '#infra/catalogue.ts'
import { ALARM_HEADINGS, anchorOf } from '#infra/constructs/alarms.ts'
import { resourcesOf, smallCatalogue, synthesise, type Template } from './fixture.ts'

let templates: Record<string, Template>
let headings: string[]

beforeAll(() => {
  templates = synthesise(smallCatalogue()).templates
  const runbook = readFileSync(path.join(ROOT, 'docs/runbook.md'), 'utf8')
  headings = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading!)
})

const alarms = () => resourcesOf(templates, 'AWS::CloudWatch::Alarm')
const descriptions = () => alarms().map(({ resource }) => String(resource.Properties?.AlarmDescription))

test('every alarm says under which heading of the runbook to go on', () => {
  const anchors = headings.map(anchorOf)
  for (const description of descriptions()) {
    const anchor = /docs\/runbook\.md#([\w-]+)$/.exec(description)?.[1]
    expect(anchors, description).toContain(anchor)
  }
})

test('every kind of alarm is raised by something', () => {
  const raised = descriptions().map((description) => description.split(' (')[0])
  expect(Object.values(ALARM_HEADINGS).filter((heading) => !raised.includes(heading))).toEqual([])
})

test('every alarm tells the operators', () => {
  for (const { id, resource } of alarms()) expect(resource.Properties?.AlarmActions, id).toHaveLength(1)
})

test('every API has an alarm about its failures', () => {
  const names = alarms().map(({ resource }) => resource.Properties?.AlarmName)
  expect(names).toEqual(
    expect.arrayContaining(['switchboard-dev-httpErrors-http', 'switchboard-dev-httpErrors-streams']),
  )
})

test('every dead-letter queue and every function has an alarm', () => {
  const watched = alarms().flatMap(({ resource }) =>
    ((resource.Properties?.Dimensions ?? []) as { Value: unknown }[]).map(({ Value }) => Value),
  )
  for (const { id, resource } of resourcesOf(templates, 'AWS::Lambda::Function')) {
    if (resource.Properties?.FunctionName) expect(watched, id).toContain(resource.Properties.FunctionName)
  }
  for (const { id, resource } of resourcesOf(templates, 'AWS::SQS::Queue')) {
    const name = String(resource.Properties?.QueueName)
    if (/-(dead|unhandled)(\.fifo)?$/.test(name)) expect(watched, id).toContain(name)
  }
})
