import { coreTexts } from '../i18n/core.ts'
import { useTexts } from '../i18n/texts.ts'
import { useMe } from '../lib/me.ts'
import { endSession } from '../lib/session.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Menu, type MenuItem } from '../ui/menu.tsx'
import { usePreferences } from './preferences.tsx'

/** Who is signed in, how the pages look and speak, help, and the way out. */
export const AccountMenu = ({ className, onHelp }: { className?: string; onHelp: () => void }) => {
  const { rail, account } = useTexts(coreTexts)
  const { user, organization } = useMe()
  const preferences = usePreferences()
  const who = `${user.name} · ${organization?.name ?? user.email}`
  const items: MenuItem[] = [
    ...preferences,
    { id: 'help', group: who, label: account.help, icon: 'help', onSelect: onHelp },
    { id: 'sign-out', group: who, label: account.signOut, icon: 'exit', onSelect: () => void endSession() },
  ]
  return (
    <Menu
      label={rail.account}
      items={items}
      trigger={(props) => (
        <button type="button" {...props} className={className} title={who}>
          <Avatar name={user.name} url={user.avatarUrl} size={24} />
          {rail.account}
        </button>
      )}
    />
  )
}
