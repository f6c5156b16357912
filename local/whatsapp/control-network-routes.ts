import { ControlError } from './control-error.ts'
import type { ControlRoute } from './control-types.ts'
import { faultInput } from './faults.ts'

/** Operations on the network as a whole. */
export const networkRoutes: ControlRoute[] = [
  {
    method: 'POST',
    path: '/faults',
    run: ({ network, body }) => ({ status: 201, json: network.faults.set(faultInput.parse(body)) }),
  },
  { method: 'GET', path: '/faults', run: ({ network }) => ({ json: network.faults.list() }) },
  { method: 'DELETE', path: '/faults', run: ({ network }) => ({ json: { cleared: network.faults.clear() } }) },
  {
    method: 'DELETE',
    path: '/faults/:id',
    run({ network, params }) {
      if (network.faults.clear(params.id) === 0) throw new ControlError(404, 'fault_unknown', 'There is no such fault.')
      return { json: { cleared: 1 } }
    },
  },
  { method: 'GET', path: '/stats', run: ({ network }) => ({ json: network.stats() }) },
]
