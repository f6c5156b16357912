/** What the dashboard and the alarms need to know beside the names in the watch list. */
export type Observed = {
  httpApiId: string
  /** Name of the API that streams, if there is one: REST APIs are measured by name, and with names of their own. */
  streamApiName: string | undefined
  tables: string[]
  fleet: { clusterName: string; serviceName: string }
  pipeName: string
}
