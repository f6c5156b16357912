import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { ResolvedApp } from '../template/resolve.ts'
import { fillTemplate } from './input-template.ts'
import { valueAt } from './json-path.ts'
import { compilePattern, type EventMatcher } from './pattern.ts'
import type { TargetSender } from './targets.ts'

/** An event as it travels on a bus. */
export type BusEvent = {
  version: '0'
  id: string
  'detail-type': string
  source: string
  account: string
  time: string
  region: string
  resources: string[]
  detail: unknown
}

const entrySchema = z.looseObject({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  Time: z.union([z.number(), z.string()]).optional(),
  Resources: z.array(z.string()).nullish(),
  EventBusName: z.string().nullish(),
})

/** One entry of a PutEvents call. */
export type PutEntry = z.input<typeof entrySchema>

/** The answer for one entry. */
export type PutResult = { EventId: string } | { ErrorCode: string; ErrorMessage: string }

const targetSchema = z.looseObject({
  Arn: z.string(),
  Input: z.string().optional(),
  InputPath: z.string().optional(),
  InputTransformer: z
    .object({ InputTemplate: z.string(), InputPathsMap: z.record(z.string(), z.string()).default({}) })
    .optional(),
  SqsParameters: z.looseObject({ MessageGroupId: z.string().optional() }).optional(),
  RetryPolicy: z.looseObject({ MaximumRetryAttempts: z.coerce.number().optional() }).optional(),
  DeadLetterConfig: z.looseObject({ Arn: z.string().optional() }).optional(),
})

/** A target of a rule. */
export type RuleTarget = z.infer<typeof targetSchema>

export const ruleSchema = z.looseObject({
  EventBusName: z.string().default('default'),
  EventPattern: z.unknown().optional(),
  ScheduleExpression: z.string().optional(),
  State: z.string().default('ENABLED'),
  Targets: z.array(targetSchema).default([]),
})

type Rule = { arn: string; name: string; matches: EventMatcher; targets: RuleTarget[] }

/** The event buses of an app with their rules. */
export class EventBuses {
  readonly #rules = new Map<string, Rule[]>()
  readonly #app: ResolvedApp
  readonly #sender: TargetSender
  readonly #settling = new Set<Promise<unknown>>()

  constructor(app: ResolvedApp, sender: TargetSender) {
    this.#app = app
    this.#sender = sender
    this.#rules.set('default', [])
    for (const bus of app.ofType('AWS::Events::EventBus')) this.#rules.set(bus.name, [])
    for (const resource of app.ofType('AWS::Events::Rule')) {
      const rule = ruleSchema.parse(resource.properties)
      if (rule.EventPattern === undefined || rule.State === 'DISABLED') continue
      const bus = busName(rule.EventBusName)
      const matches = compilePattern(rule.EventPattern)
      this.#rules.get(bus)?.push({ arn: resource.arn, name: resource.name, matches, targets: rule.Targets })
    }
  }

  /**
   * Takes entries as PutEvents does. `settled` resolves when every matching target has taken its event for good, so that
   * a reader can hold its checkpoint back until then.
   */
  put(entries: PutEntry[]): { results: PutResult[]; settled: Promise<void> } {
    const deliveries: Promise<void>[] = []
    const results = entries.map((raw): PutResult => {
      const entry = entrySchema.parse(raw)
      const bus = busName(entry.EventBusName ?? 'default')
      const event = this.#eventOf(entry)
      if (typeof event === 'string') return { ErrorCode: 'InvalidArgument', ErrorMessage: event }
      if (!this.#rules.has(bus))
        return { ErrorCode: 'InvalidArgument', ErrorMessage: `Event bus ${bus} does not exist.` }
      deliveries.push(this.dispatch(bus, event))
      return { EventId: event.id }
    })
    return { results, settled: Promise.all(deliveries).then(() => {}) }
  }

  /** Sends a complete event to the targets of every matching rule of a bus; resolves when all are settled. */
  async dispatch(bus: string, event: BusEvent): Promise<void> {
    const rules = (this.#rules.get(bus) ?? []).filter((rule) => rule.matches(event))
    const settled = Promise.all(
      rules.flatMap((rule) => rule.targets.map((target) => this.toTarget(rule, target, event))),
    )
    this.#settling.add(settled)
    await settled.finally(() => this.#settling.delete(settled))
  }

  /** Sends one event to one target, with the target's input options applied. */
  async toTarget(rule: { arn: string; name: string }, target: RuleTarget, event: BusEvent): Promise<void> {
    await this.#sender.deliver(
      {
        arn: target.Arn,
        groupId: target.SqsParameters?.MessageGroupId,
        deadLetterArn: target.DeadLetterConfig?.Arn,
        maxRetries: target.RetryPolicy?.MaximumRetryAttempts,
      },
      event,
      targetInput(rule, target, event),
    )
  }

  /** Resolves when no delivery is under way. */
  async idle(): Promise<void> {
    while (this.#settling.size > 0) await Promise.allSettled(this.#settling)
  }

  #eventOf(entry: z.infer<typeof entrySchema>): BusEvent | string {
    if (!entry.Source) return 'Parameter Source is not valid. Reason: Source is a required argument.'
    if (!entry.DetailType) return 'Parameter DetailType is not valid. Reason: DetailType is a required argument.'
    const detail = parseObject(entry.Detail ?? '{}')
    if (detail === undefined) return 'Parameter Detail is not valid. Reason: Detail is malformed.'
    const time = typeof entry.Time === 'number' ? new Date(entry.Time * 1000) : new Date(entry.Time ?? Date.now())
    return {
      version: '0',
      id: randomUUID(),
      'detail-type': entry.DetailType,
      source: entry.Source,
      account: this.#app.local.accountId,
      time: time.toISOString().replace(/\.\d+Z$/, 'Z'),
      region: this.#app.local.region,
      resources: entry.Resources ?? [],
      detail,
    }
  }
}

/** The body a target gets for an event: the whole, a part, a constant or a filled template. */
function targetInput(rule: { arn: string; name: string }, target: RuleTarget, event: BusEvent): string {
  if (target.Input !== undefined) return target.Input
  if (target.InputPath !== undefined) return JSON.stringify(valueAt(target.InputPath, event))
  const transformer = target.InputTransformer
  if (transformer === undefined) return JSON.stringify(event)
  const reserved: Record<string, unknown> = {
    'aws.events.rule-arn': rule.arn,
    'aws.events.rule-name': rule.name,
    'aws.events.event.ingestion-time': event.time,
    'aws.events.event': { ...event, detail: undefined },
    'aws.events.event.json': event,
  }
  return fillTemplate(transformer.InputTemplate, (name) => {
    const path = transformer.InputPathsMap[name]
    return path === undefined ? reserved[name] : valueAt(path, event)
  })
}

function busName(reference: string): string {
  return reference.split('/').at(-1)!
}

function parseObject(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
