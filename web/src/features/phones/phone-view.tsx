import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { coreTexts } from '../../i18n/core.ts'
import { explain } from '../../i18n/explain.ts'
import { phoneTexts } from '../../i18n/phones.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useNarrow } from '../../lib/narrow.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Notice } from '../../ui/notice.tsx'
import { PaneHead } from '../../ui/panes.tsx'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { showToast } from '../../ui/toast.ts'
import { changePhone, type Phone, type PhoneMessage, unlink, usePhoneMessages } from './api.ts'
import { Chat } from './chat.tsx'
import { LinkDialog } from './link-dialog.tsx'
import styles from './phones.module.css'

const PhoneMenu = ({ phone }: { phone: Phone }) => {
  const core = useTexts(coreTexts)
  const texts = useTexts(phoneTexts)
  const client = useQueryClient()
  const refresh = () => client.invalidateQueries({ queryKey: ['phones'] })
  const onError = (error: unknown) => showToast({ tone: 'bad', text: explain(core, error) })
  const power = useMutation({
    mutationFn: () => changePhone({ params: { phone: phone.phone }, body: { online: !phone.online } }),
    onSuccess: refresh,
    onError,
  })
  const leaving = useMutation({
    mutationFn: (device: number) => unlink({ params: { phone: phone.phone }, body: { device } }),
    onSuccess: () => {
      showToast({ tone: 'good', text: texts.unlink.done })
      return refresh()
    },
    onError,
  })
  const items = [
    { id: 'power', label: phone.online ? texts.power.turnOff : texts.power.turnOn, onSelect: () => power.mutate() },
    ...phone.devices.map(({ device }) => ({
      id: `unlink-${device}`,
      label: texts.unlink.label(device),
      danger: true,
      onSelect: () => leaving.mutate(device),
    })),
  ]
  return (
    <Menu
      label={core.actions.edit}
      items={items}
      trigger={(props) => <IconButton {...props} icon="more" label={core.actions.edit} />}
    />
  )
}

/** Chats by their newest message, newest first. */
const chatsOf = (messages: readonly PhoneMessage[]): string[] => {
  const newest = new Map<string, number>()
  for (const { chat, timestamp } of messages) newest.set(chat, Math.max(timestamp, newest.get(chat) ?? 0))
  return [...newest].sort(([, a], [, b]) => b - a).map(([chat]) => chat)
}

const nameOfChat = (chat: string, messages: readonly PhoneMessage[]): string => {
  const named = messages.find((message) => message.chat === chat && !message.fromMe && message.pushName)
  const user = chat.split('@')[0] ?? chat
  return named?.pushName ?? (chat.endsWith('@s.whatsapp.net') ? `+${user}` : user)
}

/** One phone: what is linked to it, its chats, and one of them. */
export const PhoneView = ({ phone }: { phone: Phone }) => {
  const texts = useTexts(phoneTexts)
  const { data: messages, error, refetch } = usePhoneMessages(phone.phone)
  // A phone shows this alone, without the head of the list.
  const isNarrow = useNarrow()
  const [isLinking, setLinking] = useState(false)
  const [chosen, setChosen] = useState<string>()
  const showSent = async (id: string) => {
    const sent = (await refetch()).data?.find((message) => message.id === id)
    if (sent) setChosen(sent.chat)
  }
  const chats = chatsOf(messages ?? [])
  const chat = chosen === undefined ? chats[0] : chosen
  return (
    <>
      <PaneHead title={phone.name || `+${phone.phone}`} up="/app/phones" level={isNarrow ? 1 : 2}>
        <Button icon="link" onClick={() => setLinking(true)}>
          {texts.link.open}
        </Button>
        <PhoneMenu phone={phone} />
      </PaneHead>
      {!phone.online && <Notice tone="warn">{texts.power.offText}</Notice>}
      {error && !messages && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!messages && !error && <Skeleton />}
      {messages && (
        <>
          <nav className={styles.chats} aria-label={texts.chats.label}>
            {chats.map((one) => (
              <button
                key={one}
                type="button"
                className={styles.chat}
                aria-pressed={one === chat}
                onClick={() => setChosen(one)}
              >
                {nameOfChat(one, messages)}
              </button>
            ))}
            <button type="button" className={styles.chat} aria-pressed={!chat} onClick={() => setChosen('')}>
              {texts.chats.newChat}
            </button>
          </nav>
          <Chat
            key={chat ?? ''}
            phone={phone.phone}
            chat={chat || undefined}
            messages={messages.filter((message) => message.chat === chat)}
            onSent={(id) => void showSent(id)}
          />
        </>
      )}
      {isLinking && <LinkDialog phone={phone.phone} onClose={() => setLinking(false)} />}
    </>
  )
}
