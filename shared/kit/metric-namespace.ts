/** Namespace of every metric this product emits; dashboards and alarms read the same name. */
export const METRIC_NAMESPACE = 'Switchboard'
