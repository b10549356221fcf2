import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'

const route = getRouteApi('/requests/$id')
/** A limit of address changes in browsers: Safari allows a hundred in half a minute. */
const settleMs = 150

/**
 * The viewed fact, and a function to change it. The address follows once the reader rests on one, so that it is a link
 * to it. Undefined is the current state.
 */
export function useAt(total: number): readonly [at: number | undefined, look: (sequence: number | undefined) => void] {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const [at, setAt] = useState(search.at)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => setAt(search.at), [search.at])
  useEffect(() => () => clearTimeout(timer.current), [])
  const look = (sequence: number | undefined): void => {
    const wanted = sequence === undefined || sequence >= total ? undefined : Math.max(1, sequence)
    setAt(wanted)
    clearTimeout(timer.current)
    timer.current = setTimeout(
      () => void navigate({ search: wanted === undefined ? {} : { at: wanted }, replace: true, resetScroll: false }),
      settleMs,
    )
  }
  return [at !== undefined && at < total ? at : undefined, look]
}
