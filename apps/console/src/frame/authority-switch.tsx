import { Select } from '@mantine/core'
import { getRouteApi, useNavigate, useRouterState } from '@tanstack/react-router'
import { useAuthorities } from './authorities.ts'
import classes from './authority-switch.module.css'

const consoleApi = getRouteApi('/console')
const ALL = 'all'

/** The drop-down with the active CA. Choosing another one shows the same list for it. */
export function AuthoritySwitch() {
  const { ca } = consoleApi.useSearch()
  const { data: authorities = [] } = useAuthorities()
  const navigate = useNavigate()
  const path = useRouterState({ select: ({ location }) => location.pathname })
  if (authorities.length === 0) return null

  const data = [
    { value: ALL, label: 'All CAs', depth: 0 },
    ...authorities.map(({ id, name, depth }) => ({ value: id, label: name, depth })),
  ]
  const depthOf = new Map(data.map(({ value, depth }) => [value, depth]))
  return (
    <Select
      className={classes['switch'] ?? ''}
      aria-label="Certificate authority"
      data={data}
      value={ca ?? ALL}
      allowDeselect={false}
      searchable={data.length > 8}
      nothingFoundMessage="No CA has this name."
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
      renderOption={({ option }) => (
        <span className={classes['option']} style={{ paddingLeft: `${depthOf.get(option.value) ?? 0}rem` }}>
          {option.label}
        </span>
      )}
      onChange={(chosen) =>
        // What is shown of another CA goes with it, and so do the filters of its list.
        void navigate({
          to: path.split('/').slice(0, 3).join('/'),
          search: ({ tenant }) => ({ tenant, ca: chosen === null || chosen === ALL ? undefined : chosen }),
        })
      }
    />
  )
}
