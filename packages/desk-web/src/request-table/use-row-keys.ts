import { useEffect, useRef } from 'react'
import { isTyping } from '../components/is-typing.ts'
import { usePreferences } from '../session/preferences.ts'

/** Single keys, if they are on: j and k move by a row, and the slash to the search. */
export function useRowKeys(go: (step: 1 | -1) => void): void {
  const { singleKeys } = usePreferences()
  const latest = useRef(go)
  useEffect(() => {
    latest.current = go
  })
  useEffect(() => {
    if (!singleKeys) return
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (event.key === '/') {
        event.preventDefault()
        document.querySelector<HTMLInputElement>('#board-search')?.focus()
      }
      if (event.key === 'j') latest.current(1)
      if (event.key === 'k') latest.current(-1)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [singleKeys])
}
