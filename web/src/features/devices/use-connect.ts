import { type UseMutationResult, useMutation } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { coreTexts } from '../../i18n/core.ts'
import { explain } from '../../i18n/explain.ts'
import { useTexts } from '../../i18n/texts.ts'
import { showToast } from '../../ui/toast.ts'
import { connectDevice, type DeviceDetail, type DeviceRow, useKeep } from './api.ts'

/** Connects a device; one without a login is shown its QR code. */
export const useConnect = (device: Pick<DeviceRow, 'id' | 'paired'>): UseMutationResult<DeviceDetail, Error, void> => {
  const core = useTexts(coreTexts)
  const keep = useKeep()
  const [, navigate] = useLocation()
  return useMutation({
    mutationFn: () => connectDevice({ params: { id: String(device.id) } }),
    onSuccess: (now) => {
      keep(now)
      if (!now.paired) navigate(`/${device.id}/pair`)
    },
    onError: (error) => showToast({ tone: 'bad', text: explain(core, error) }),
  })
}
