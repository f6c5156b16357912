/** Answers one action of a JSON service; throw an AwsError to answer with an error. */
export type JsonHandler = (input: Record<string, unknown>) => unknown

/** One call of a function by its invoke API. */
export type InvokeCall = {
  /** Name or ARN, as the caller gave it. */
  functionName: string
  qualifier: string | undefined
  /** `Event` is to be answered at once; the function runs later. */
  type: 'RequestResponse' | 'Event' | 'DryRun'
  payload: Buffer
}

/** What a function answered. */
export type InvokeResult = { payload?: string | Buffer; functionError?: string; version?: string }

/** State of one WebSocket connection, as the management API shows it. */
type ConnectionState = { connectedAt: Date; lastActiveAt: Date; sourceIp: string; userAgent: string }

/** The WebSocket connections of a stage; each answers `gone` for one that is closed. */
export type ConnectionHandlers = {
  post(connectionId: string, data: Buffer, stage: string): Promise<'sent' | 'gone'>
  get(connectionId: string, stage: string): Promise<ConnectionState | 'gone'>
  remove(connectionId: string, stage: string): Promise<'closed' | 'gone'>
}

/** Services whose behaviour belongs to the host. Each may be set after the start; until then calls are refused. */
export type ServiceHandlers = {
  eventbridge?: Record<string, JsonHandler>
  ecs?: Record<string, JsonHandler>
  lambda?: { invoke(call: InvokeCall): Promise<InvokeResult> }
  connections?: ConnectionHandlers
}
