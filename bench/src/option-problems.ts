/** What is wrong with an option that takes whole numbers from 1 on, or several of them: a line, or none. `beside` is what else it takes, such as `one, or `. */
export const wholeNumber = (name: string, value: number | readonly number[], max: number, beside = ''): string[] =>
  [value].flat().every(each => Number.isInteger(each) && each >= 1 && each <= max)
    ? []
    : [`${name} takes ${beside}whole numbers from 1 to ${max}`]

/** The same of one that takes any number in a range. */
export const numberBetween = (name: string, value: number, min: number, max: number): string[] =>
  value >= min && value <= max ? [] : [`${name} takes ${min} to ${max}`]
