import { useId } from 'react'
import { useWords } from '../words/index.ts'
import { usePersons } from './use-work.ts'

interface PersonFieldProps {
  readonly value: string
  onChange(person: string): void
}

/** A person of the desk by the name with which it signs in; those who have been here are offered. */
export function PersonField({ value, onChange }: PersonFieldProps) {
  const { work } = useWords()
  const persons = usePersons()
  const [listId, hintId] = [useId(), useId()]
  return (
    <label className="field">
      {work.toWhom}
      <input
        value={value}
        onChange={event => onChange(event.target.value)}
        list={listId}
        aria-describedby={hintId}
        required
        pattern="[A-Za-z0-9._@\-]{1,64}"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        dir="ltr"
      />
      <span id={hintId} className="quiet small">
        {work.toHint}
      </span>
      <datalist id={listId}>
        {persons.map(person => (
          <option key={person} value={person} />
        ))}
      </datalist>
    </label>
  )
}
