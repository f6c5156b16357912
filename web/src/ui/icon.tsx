import type { ReactNode } from 'react'

/** The drawings, on a grid of 24 with lines of 1.75. */
const PATHS = {
  inbox: <path d="M3.5 13.5 6 5.5h12l2.5 8v5h-17zM3.5 13.5H8.5l1.5 2.5h4l1.5-2.5h5" />,
  devices: <path d="M7.5 3h9v18h-9zM11 18h2" />,
  contacts: (
    <path d="M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 19.5c.4-3.200 3-5 6.5-5s6.100 1.800 6.5 5M16 4.800a3.5 3.5 0 0 1 0 6.400M18 15c2 .7 3.200 2.200 3.5 4.5" />
  ),
  settings: <path d="M4 7h9M17 7h3M4 12h3M11 12h9M4 17h10M18 17h2M15 5v4M9 10v4M16 15v4" />,
  phones: <path d="M4 4h7v16H4zM15 8l4 4-4 4M14 12h5" />,
  menu: <path d="M4 7h16M4 12h16M4 17h16" />,
  close: <path d="m6 6 12 12M18 6 6 18" />,
  back: <path d="m14.5 5-7 7 7 7" />,
  forward: <path d="m9.5 5 7 7-7 7" />,
  down: <path d="m5 9.5 7 7 7-7" />,
  check: <path d="m4.5 12.5 5 5 10-11" />,
  copy: <path d="M9 9h11v11H9zM15 9V4H4v11h5" />,
  more: <path d="M5.5 12h.01M12 12h.01M18.5 12h.01" strokeWidth="3" />,
  plus: <path d="M12 5v14M5 12h14" />,
  search: <path d="M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20.5 20.5" />,
  help: (
    <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9.5c0-1.5 1.100-2.5 2.5-2.5s2.5 1 2.5 2.300c0 1.900-2.5 2-2.5 4.200M12 16.800v.01" />
  ),
  alert: <path d="M12 3.5 21.5 20h-19zM12 10v4.5M12 17.200v.01" />,
  info: <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.5v.01" />,
  offline: (
    <path d="M3 3l18 18M5 12.5a10 10 0 0 1 5-2.700M2 9a14.5 14.5 0 0 1 5-3M12.5 5a14.5 14.5 0 0 1 9.5 4M15.5 10.300a10 10 0 0 1 3.5 2.200M8.5 16a5 5 0 0 1 5.5-1M12 19.5v.01" />
  ),
  person: <path d="M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20.5c.5-3.800 3.700-6 8-6s7.5 2.200 8 6" />,
  exit: <path d="M14 4H5v16h9M10 12h11M17 8l4 4-4 4" />,
  sun: (
    <path d="M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M18.700 5.300l-1.400 1.400M6.700 17.300l-1.400 1.400" />
  ),
  moon: <path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z" />,
  screen: <path d="M3 4.5h18v12H3zM8.5 20.5h7M12 16.5v4" />,
  refresh: <path d="M19.5 12a7.5 7.5 0 1 1-2.200-5.300L19.5 9M19.5 4v5h-5" />,
  send: <path d="M4 4.5 20.5 12 4 19.5l2.5-7.5zM6.5 12h7" />,
  attach: <path d="m8 12.5 6-6a3 3 0 0 1 4.300 4.300l-8 8a5 5 0 0 1-7.100-7.100l7.600-7.600" />,
  trash: <path d="M4 6.5h16M9 6.5V4h6v2.5M6 6.5l1 14h10l1-14M10 10.5v6M14 10.5v6" />,
  edit: <path d="M4 20l1-4.5L16 4.5l3.5 3.5-11 11zM14 6.5l3.5 3.5" />,
  link: (
    <path d="M10 14.5a4 4 0 0 0 5.700 0l3-3a4 4 0 0 0-5.700-5.700l-1 1M14 9.5a4 4 0 0 0-5.700 0l-3 3a4 4 0 0 0 5.700 5.700l1-1" />
  ),
  filter: <path d="M3.5 5h17l-6.5 8v6.5l-4-2V13z" />,
  reply: <path d="M9.5 6 4 11.5 9.5 17M4.5 11.5H14a6 6 0 0 1 6 6" />,
  smile: (
    <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.5 14.5c.8 1.2 2 1.8 3.5 1.8s2.7-.6 3.5-1.8M9 9.5v.01M15 9.5v.01" />
  ),
  checks: <path d="m2 12.5 4.5 4.5L16 7M11 16.500l.5.5L21.5 7" />,
  clock: <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2" />,
  play: <path d="M7 4.5v15l12.500-7.500z" fill="currentColor" />,
  pause: <path d="M8 5v14M16 5v14" strokeWidth="3" />,
  file: <path d="M6 3h8l4.5 4.5V21H6zM14 3v5h4.5M9 12.5h6M9 16h6" />,
  place: (
    <path d="M12 21c4-4.500 6.500-8 6.500-11a6.5 6.5 0 0 0-13 0c0 3 2.500 6.500 6.500 11zM12 12.200a2.200 2.200 0 1 0 0-4.400 2.200 2.200 0 0 0 0 4.400z" />
  ),
  download: <path d="M12 4v11M7 10.500l5 5 5-5M4.5 20h15" />,
  mic: <path d="M12 14.500a3 3 0 0 0 3-3v-5a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3zM5.5 11.500a6.5 6.500 0 0 0 13 0M12 18v3" />,
  calendar: <path d="M4 6h16v14H4zM4 10.500h16M8.500 3.500V8M15.500 3.500V8" />,
  image: <path d="M4 5h16v14H4zM4 16l4.500-4.500 4 4 2.500-2.500 5 5M15.500 9v.01" />,
  film: <path d="M3.5 6.500h12v11h-12zM15.500 10.500 20.500 8v8l-5-2.500" />,
  phone: (
    <path d="M5 4h4l1.500 4.500L8 10.500a11 11 0 0 0 5.500 5.500l2-2.500L20 15v4c0 .6-.4 1-1 1A15 15 0 0 1 4 5c0-.6.4-1 1-1z" />
  ),
  panel: <path d="M3.5 5h17v14h-17zM14.500 5v14" />,
} satisfies Record<string, ReactNode>

/** The name of a drawing. */
export type IconName = keyof typeof PATHS

/** A drawing in the colour of the text. Never alone: what it stands for is in the text or label beside it. */
export const Icon = ({ name, size = 20 }: { name: IconName; size?: number }) => (
  <svg
    width={size}
    height={size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.75"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    {PATHS[name]}
  </svg>
)
