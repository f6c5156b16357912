import type { Command, WorkOf } from '#domains/commands/model.ts'
import type { DeviceSession } from '../connection/device-session.ts'
import type { RunnerServices } from '../services.ts'

/** The types of command that answer with a reply item; `message.send` answers through its message. */
export type QueryType = Exclude<Command['work']['type'], 'message.send'>

/** Carries out one type of command; what it gives is the reply. Throws catalogue errors. */
export type CommandHandler<Type extends QueryType> = (
  services: RunnerServices,
  session: DeviceSession,
  work: WorkOf<Type>,
) => Promise<unknown>

/** One handler for each type of a domain: those that begin with its name and a dot. */
export type Handlers<Domain extends string> = {
  [Type in Extract<QueryType, `${Domain}.${string}`>]: CommandHandler<Type>
}
