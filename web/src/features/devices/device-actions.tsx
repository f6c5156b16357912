import { useState } from 'react'
import { useLocation } from 'wouter'
import { deviceTexts } from '../../i18n/devices.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Menu, type MenuItem } from '../../ui/menu.tsx'
import type { DeviceRow } from './api.ts'
import { DeviceQuestion, type Question } from './device-question.tsx'
import { EditDevice } from './edit-device.tsx'
import { isOnline } from './state.ts'
import { useConnect } from './use-connect.ts'

/** The one thing that most likely comes next: pair, connect or try again. Nothing while it is connected. */
export const MainAction = ({ device }: { device: DeviceRow }) => {
  const { actions } = useTexts(deviceTexts)
  const [, navigate] = useLocation()
  const connecting = useConnect(device)
  const { state, desired, paired } = device
  if (isOnline(device)) return null
  if (!paired && desired === 'online')
    return (
      <Button look="primary" icon="link" onClick={() => navigate(`/${device.id}/pair`)}>
        {actions.pair}
      </Button>
    )
  if (state === 'connecting') return null
  const label = paired ? (desired === 'online' ? actions.reconnect : actions.connect) : actions.pair
  return (
    <Button
      look="primary"
      icon={paired ? 'refresh' : 'link'}
      busy={connecting.isPending}
      onClick={() => connecting.mutate()}
    >
      {label}
    </Button>
  )
}

const useItems = (device: DeviceRow, ask: (question: Question | 'edit') => void): MenuItem[] => {
  const { actions, edit } = useTexts(deviceTexts)
  const connecting = useConnect(device)
  const { paired, desired } = device
  const item = (id: Question, label: string, danger = true): MenuItem => ({
    id,
    label,
    danger,
    onSelect: () => ask(id),
  })
  const connect: MenuItem = {
    id: 'connect',
    label: paired ? actions.connect : actions.pair,
    icon: paired ? 'refresh' : 'link',
    onSelect: () => connecting.mutate(),
  }
  return [
    ...(isOnline(device) ? [] : [connect]),
    { id: 'edit', label: edit.open, icon: 'edit', onSelect: () => ask('edit') },
    ...(desired === 'online'
      ? [{ ...item('disconnect', paired ? actions.disconnect : actions.stop, false), icon: 'offline' as const }]
      : []),
    ...(paired ? [{ ...item('logOut', actions.logOut), icon: 'exit' as const }] : []),
    { ...item('remove', actions.remove), icon: 'trash' },
  ]
}

/** The menu of what can be done with a device; what destroys something asks first. */
export const DeviceActions = ({ device }: { device: DeviceRow }) => {
  const { actions } = useTexts(deviceTexts)
  const [asked, setAsked] = useState<Question | 'edit'>()
  const items = useItems(device, setAsked)
  const label = actions.menu(device.name)
  const close = () => setAsked(undefined)
  return (
    <>
      <Menu label={label} items={items} trigger={(props) => <IconButton {...props} icon="more" label={label} />} />
      {asked === 'edit' && <EditDevice device={device} onClose={close} />}
      {asked && asked !== 'edit' && <DeviceQuestion question={asked} device={device} onClose={close} />}
    </>
  )
}
