import { type ComponentProps, type KeyboardEvent, type ReactNode, useId, useRef } from 'react'
import { classes } from './classes.ts'
import { Icon, type IconName } from './icon.tsx'
import styles from './menu.module.css'

/** One line of a menu. `checked` makes it a choice among the others. */
export type MenuItem = {
  id: string
  label: ReactNode
  /** Heading over the items that follow each other with the same one. */
  group?: string
  icon?: IconName
  danger?: boolean
  disabled?: boolean
  checked?: boolean
  onSelect: () => void
}

type Trigger = Pick<ComponentProps<'button'>, 'onClick' | 'id'> & { 'aria-haspopup': 'menu'; 'aria-controls': string }

/** Where the menu goes: under its button when there is room, above it otherwise, and never off the screen. */
const place = (menu: HTMLElement, button: DOMRect): void => {
  const { offsetWidth: width, offsetHeight: height } = menu
  const gap = 4
  const below = button.bottom + gap + height <= innerHeight
  const left = button.left + width <= innerWidth ? button.left : button.right - width
  menu.style.left = `${Math.max(gap, left)}px`
  menu.style.top = `${Math.max(gap, below ? button.bottom + gap : button.top - gap - height)}px`
}

/** The item that an arrow, Home or End leads to. */
const nextOf = (items: HTMLElement[], key: string): HTMLElement | undefined => {
  const at = items.indexOf(document.activeElement as HTMLElement)
  if (key === 'ArrowDown') return items[(at + 1) % items.length]
  if (key === 'ArrowUp') return items.at(at <= 0 ? -1 : at - 1)
  if (key === 'Home') return items[0]
  return key === 'End' ? items.at(-1) : undefined
}

type Group = { heading: string | undefined; items: MenuItem[] }

const groupsOf = (items: MenuItem[]): Group[] => {
  const groups: Group[] = []
  for (const item of items) {
    const last = groups.at(-1)
    if (last && last.heading === item.group) last.items.push(item)
    else groups.push({ heading: item.group, items: [item] })
  }
  return groups
}

/** A menu that opens from a button; `trigger` draws the button and spreads the props it is given. */
export const Menu = ({
  label,
  items,
  trigger,
}: {
  label: string
  items: MenuItem[]
  trigger: (props: Trigger) => ReactNode
}) => {
  const id = useId()
  const ref = useRef<HTMLDivElement>(null)
  const opener = useRef<HTMLElement>(null)
  const lines = () => [...(ref.current?.querySelectorAll<HTMLElement>('button:not(:disabled)') ?? [])]
  const close = () => {
    ref.current?.hidePopover()
    opener.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Tab') return close()
    const next = nextOf(lines(), event.key)
    if (!next) return
    event.preventDefault()
    next.focus()
  }
  const open: Trigger['onClick'] = ({ currentTarget }) => {
    opener.current = currentTarget
    const menu = ref.current
    if (!menu) return
    menu.showPopover()
    place(menu, currentTarget.getBoundingClientRect())
    ;(lines().find((line) => line.ariaChecked === 'true') ?? lines()[0])?.focus()
  }
  return (
    <>
      {trigger({ onClick: open, 'aria-haspopup': 'menu', 'aria-controls': id })}
      <div
        ref={ref}
        id={id}
        popover="auto"
        role="menu"
        aria-label={label}
        tabIndex={-1}
        className={styles.menu}
        onKeyDown={onKeyDown}
      >
        {groupsOf(items).map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: a group inside a menu, not of form fields
          <div key={group.items[0]?.id} role="group" aria-label={group.heading}>
            {group.heading && <p className={styles.heading}>{group.heading}</p>}
            {group.items.map((item) => (
              <MenuLine key={item.id} item={item} close={close} />
            ))}
          </div>
        ))}
      </div>
    </>
  )
}

const roleOf = ({ checked }: MenuItem) =>
  checked === undefined ? { role: 'menuitem' } : { role: 'menuitemradio', 'aria-checked': checked }

const MenuLine = ({ item, close }: { item: MenuItem; close: () => void }) => (
  <button
    type="button"
    {...roleOf(item)}
    tabIndex={-1}
    disabled={item.disabled}
    className={classes(styles.item, item.danger && styles.danger)}
    onClick={() => {
      close()
      item.onSelect()
    }}
  >
    {item.checked !== undefined && (
      <span className={styles.mark}>{item.checked && <Icon name="check" size={16} />}</span>
    )}
    {item.icon && <Icon name={item.icon} size={16} />}
    <span>{item.label}</span>
  </button>
)
