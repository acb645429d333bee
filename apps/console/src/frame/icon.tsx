/** Lines on a ground of 24 by 24. */
const PATHS = {
  menu: 'M4 7h16M4 12h16M4 17h16',
  search: 'M11 4a7 7 0 1 0 0 14a7 7 0 0 0 0-14zM20.500 20.500L16 16',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  check: 'M5 12.500l4.500 4.500L19 7',
  plus: 'M12 5v14M5 12h14',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  sun: 'M12 8a4 4 0 1 0 0 8a4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.400 1.400M17.600 17.600L19 19M5 19l1.400-1.400M17.600 6.400L19 5',
  moon: 'M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500z',
  screen: 'M4 5h16v11H4zM9 20h6M12 16v4',
  person: 'M12 4a4 4 0 1 0 0 8a4 4 0 0 0 0-8zM4.500 20.500a7.500 7.500 0 0 1 15 0',
  download: 'M12 4v11M7.500 11L12 15.500L16.500 11M5 20h14',
  warning: 'M12 4L2.500 20h19zM12 10v4.500M12 17.500h.01',
  chevron: 'M7 10l5 5l5-5',
  right: 'M10 7l5 5l-5 5',
  key: 'M8 11a4.500 4.500 0 1 0 0 9a4.500 4.500 0 0 0 0-9zM11.500 12.500L20 4M16 8l3 3',
  gear: 'M12 9.500a2.500 2.500 0 1 0 0 5a2.500 2.500 0 0 0 0-5zM12 5.500a6.500 6.500 0 1 0 0 13a6.500 6.500 0 0 0 0-13zM12 2.500v3M12 18.500v3M2.500 12h3M18.500 12h3M5.300 5.300l2.100 2.100M16.600 16.600l2.100 2.100M5.300 18.700l2.100-2.100M16.600 7.400l2.100-2.100',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13',
  leave: 'M10 4H5v16h5M15 8l4 4l-4 4M19 12H9',
  seal: 'M17 8.200a6.500 6.500 0 1 0 0 7.600M12 2l2.600 2 3.300-.3 1.300 3 3 1.300-.3 3.400L24 12l-2.100 2.600.3 3.400-3 1.300-1.300 3-3.300-.3L12 24l-2.600-2-3.300.3-1.300-3-3-1.300.3-3.400L0 12l2.100-2.600L1.800 6l3-1.300 1.300-3 3.300.3z',
} as const

export type IconName = keyof typeof PATHS

/** A drawing that goes with a word; it says nothing by itself. */
export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox={name === 'seal' ? '-1 -1 26 26' : '0 0 24 24'}
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 3 : 1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
      style={{ flex: 'none' }}
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
