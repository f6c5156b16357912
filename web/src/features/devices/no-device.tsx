import { Link } from 'wouter'
import { coreTexts } from '../../i18n/core.ts'
import { deviceTexts } from '../../i18n/devices.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Empty } from '../../ui/states.tsx'

/** The address names no device: it was deleted, or never was. */
export const NoDevice = () => {
  const { errors, notFound } = useTexts(coreTexts)
  const { title } = useTexts(deviceTexts)
  return (
    <Empty level={1} icon="devices" title={notFound.title} action={<Link href="~/app/devices">{title}</Link>}>
      {errors.codes.not_found}
    </Empty>
  )
}
