import { useLocation } from 'wouter'
import { deviceTexts } from '../../i18n/devices.ts'
import { useTexts } from '../../i18n/texts.ts'
import { showToast } from '../../ui/toast.ts'
import { type DeviceRow, disconnectDevice, logOutDevice, useKeep } from './api.ts'
import { Confirm } from './confirm.tsx'
import { useDelete } from './use-delete.ts'

/** What a person is asked before it is done. */
export type Question = 'disconnect' | 'logOut' | 'remove'

const useDeed = (question: Question, device: DeviceRow): (() => Promise<void>) => {
  const { ask } = useTexts(deviceTexts)
  const keep = useKeep()
  const remove = useDelete()
  const [, navigate] = useLocation()
  const call = { params: { id: String(device.id) } }
  const good = (text: string) => showToast({ tone: 'good', text })
  const deeds = {
    disconnect: async () => {
      keep(await disconnectDevice(call))
      good(ask.disconnect.done(device.name))
    },
    logOut: async () => {
      const { connection, told } = await logOutDevice(call)
      keep(connection)
      if (told) good(ask.logOut.done(device.name))
      else showToast({ tone: 'bad', text: ask.logOut.notTold })
    },
    remove: async () => {
      await remove(device.id)
      navigate('~/app/devices')
      good(ask.remove.done(device.name))
    },
  }
  return deeds[question]
}

/** Asks before a device is disconnected, logged out or deleted, and does it. */
export const DeviceQuestion = ({
  question,
  device,
  onClose,
}: {
  question: Question
  device: DeviceRow
  onClose: () => void
}) => {
  const { ask, actions } = useTexts(deviceTexts)
  const { title, text } = ask[question]
  const deed = useDeed(question, device)
  return <Confirm title={title(device.name)} text={text} label={actions[question]} onConfirm={deed} onClose={onClose} />
}
