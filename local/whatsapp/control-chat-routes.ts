import type { ControlRequest, ControlRoute } from './control-types.ts'
import { chatChangeInput, labelInput } from './phone-chats.ts'
import { memoriesInput } from './phone-memory.ts'

function chatsOf({ network, params }: ControlRequest) {
  return network.phone(params.phone ?? '').chats
}

/** Operations on the chat list of a phone, its labels, and what it knows of calls. */
export const chatRoutes: ControlRoute[] = [
  {
    method: 'POST',
    path: '/phones/:phone/history',
    run: (request) => ({ status: 201, json: { ids: chatsOf(request).remember(memoriesInput.parse(request.body)) } }),
  },
  { method: 'GET', path: '/phones/:phone/chats', run: (request) => ({ json: chatsOf(request).list() }) },
  {
    method: 'PATCH',
    path: '/phones/:phone/chats/:chat',
    run: async (request) => ({
      json: await chatsOf(request).change(request.params.chat ?? '', chatChangeInput.parse(request.body)),
    }),
  },
  {
    method: 'GET',
    path: '/phones/:phone/calls',
    run: ({ network, params }) => ({ json: network.phone(params.phone ?? '').calls() }),
  },
  { method: 'GET', path: '/phones/:phone/labels', run: (request) => ({ json: chatsOf(request).labels() }) },
  {
    method: 'POST',
    path: '/phones/:phone/labels',
    run: async (request) => ({ json: await chatsOf(request).changeLabel(labelInput.parse(request.body)) }),
  },
]
