import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { ResolvedApp } from '../template/resolve.ts'
import { type EventBuses, ruleSchema } from './bus.ts'
import { parseSchedule, type Schedule } from './schedule-expression.ts'
import type { TargetSender } from './targets.ts'

const schedulerSchema = z.looseObject({
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  State: z.string().default('ENABLED'),
  Target: z.looseObject({
    Arn: z.string(),
    Input: z.string().optional(),
    SqsParameters: z.looseObject({ MessageGroupId: z.string().optional() }).optional(),
    RetryPolicy: z.looseObject({ MaximumRetryAttempts: z.coerce.number().optional() }).optional(),
    DeadLetterConfig: z.looseObject({ Arn: z.string().optional() }).optional(),
  }),
})

/** Longest wait of one timer; Node's overflow at 24.8 days. */
const MAX_TIMER_MS = 86_400_000

type Timer = { schedule: Schedule; run: (atMs: number) => Promise<void>; handle?: NodeJS.Timeout }

/**
 * Starts the timers of an app: rules with a schedule and schedules of EventBridge Scheduler. Returns the function that
 * stops them.
 */
export function startSchedules(
  app: ResolvedApp,
  parts: { buses: EventBuses; sender: TargetSender; log: (line: string) => void },
): () => void {
  const startMs = Date.now()
  const timers = [...ruleTimers(app, parts.buses, startMs), ...schedulerTimers(app, parts.sender, startMs)]
  const arm = (timer: Timer, afterMs: number): void => {
    const atMs = timer.schedule.next(afterMs)
    if (atMs === undefined) return
    const waitMs = atMs - Date.now()
    timer.handle = setTimeout(
      () => {
        if (waitMs > MAX_TIMER_MS) return arm(timer, afterMs)
        timer.run(atMs).catch((error: unknown) => parts.log(`schedule failed: ${String(error)}`))
        arm(timer, atMs)
      },
      Math.max(0, Math.min(waitMs, MAX_TIMER_MS)),
    )
  }
  for (const timer of timers) arm(timer, startMs)
  return () => {
    for (const timer of timers) clearTimeout(timer.handle)
  }
}

function ruleTimers(app: ResolvedApp, buses: EventBuses, startMs: number): Timer[] {
  return app.ofType('AWS::Events::Rule').flatMap((resource) => {
    const rule = ruleSchema.parse(resource.properties)
    if (rule.ScheduleExpression === undefined || rule.State === 'DISABLED') return []
    const run = async (atMs: number) => {
      const event = scheduledEvent(app, resource.arn, 'aws.events', atMs)
      await Promise.all(rule.Targets.map((target) => buses.toTarget(resource, target, event)))
    }
    return [{ schedule: parseSchedule(rule.ScheduleExpression, { startMs }), run }]
  })
}

function schedulerTimers(app: ResolvedApp, sender: TargetSender, startMs: number): Timer[] {
  return app.ofType('AWS::Scheduler::Schedule').flatMap((resource) => {
    const schedule = schedulerSchema.parse(resource.properties)
    if (schedule.State === 'DISABLED') return []
    const target = schedule.Target
    const run = async (atMs: number) => {
      const event = scheduledEvent(app, resource.arn, 'aws.scheduler', atMs)
      const options = {
        arn: target.Arn,
        groupId: target.SqsParameters?.MessageGroupId,
        deadLetterArn: target.DeadLetterConfig?.Arn,
        maxRetries: target.RetryPolicy?.MaximumRetryAttempts,
      }
      await sender.deliver(options, event, schedulerInput(target.Input, resource.arn, event))
    }
    const timeZone = schedule.ScheduleExpressionTimezone
    return [{ schedule: parseSchedule(schedule.ScheduleExpression, { startMs, timeZone }), run }]
  })
}

type ScheduledEvent = ReturnType<typeof scheduledEvent>

function scheduledEvent(app: ResolvedApp, arn: string, source: string, atMs: number) {
  return {
    version: '0' as const,
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source,
    account: app.local.accountId,
    time: new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    region: app.local.region,
    resources: [arn],
    detail: {},
  }
}

function schedulerInput(input: string | undefined, arn: string, event: ScheduledEvent): string {
  if (input === undefined) return JSON.stringify(event)
  return input
    .replaceAll('<aws.scheduler.schedule-arn>', arn)
    .replaceAll('<aws.scheduler.scheduled-time>', event.time)
    .replaceAll('<aws.scheduler.execution-id>', event.id)
    .replaceAll('<aws.scheduler.attempt-number>', '1')
}
