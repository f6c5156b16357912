import { useEffect, useEffectEvent } from 'react'
import type { EventDefinition } from '#kit/define-event.ts'
import { realtime } from './client.ts'
import type { EventOf } from './realtime.ts'

/**
 * Calls back with every realtime event of these types while the component is shown.
 *
 *     import type { messageReceived } from '#domains/messages/events.ts'
 *     useRealtimeEvent<typeof messageReceived>('message.received', ({ conversationId, data }) => …)
 */
export const useRealtimeEvent = <D extends Pick<EventDefinition, 'data'>>(
  types: string | readonly string[],
  listener: (event: EventOf<D>) => void,
): void => {
  const tell = useEffectEvent(listener)
  const key = typeof types === 'string' ? types : types.join(' ')
  useEffect(() => {
    const ends = key.split(' ').map((type) => realtime.on<D>(type, (event) => tell(event)))
    return () => {
      for (const end of ends) end()
    }
  }, [key])
}
