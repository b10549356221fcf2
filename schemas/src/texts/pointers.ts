/** The members of a JSON object. */
export type Members = Readonly<Record<string, unknown>>

const pointerPattern = /^(?:\/(?:[^~/]|~[01])*)+$/
const indexPattern = /^(?:0|[1-9][0-9]{0,15})$/

/** Whether a text is a JSON pointer (RFC 6901) to something within a document: the empty one, which is the document, is none. */
export const isPointer = (text: string): boolean => knownTokens.has(text) || pointerPattern.test(text)

/** Of pointers that were met: nearly all are of a table of fifty. */
const knownTokens = new Map<string, readonly string[]>()
const knownMax = 500

/** Throws RangeError for a text that is no pointer. */
function tokensOf(pointer: string): readonly string[] {
  const known = knownTokens.get(pointer)
  if (known) return known
  if (!isPointer(pointer)) throw new RangeError('Not a JSON pointer to something within a document')
  const tokens = pointer
    .slice(1)
    .split('/')
    .map(token => token.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (knownTokens.size < knownMax) knownTokens.set(pointer, tokens)
  return tokens
}

/** Pointers together, by their tokens. A Map, as a token may be any name. */
interface Places {
  readonly below: Map<string, Places>
  /** The pointer that ends here; what is below it is part of its value. */
  pointer?: string
}

/** By their pointers as a JSON text: of one kind of event they are nearly always the same. */
const knownPlaces = new Map<string, Places>()

function placesOf(pointers: readonly string[]): Places {
  const name = JSON.stringify(pointers)
  const known = knownPlaces.get(name)
  if (known) return known
  const places = placesFrom(pointers)
  if (knownPlaces.size < knownMax) knownPlaces.set(name, places)
  return places
}

function placesFrom(pointers: readonly string[]): Places {
  const root: Places = { below: new Map() }
  for (const pointer of pointers) {
    let place = root
    for (const token of tokensOf(pointer)) {
      const known = place.below.get(token)
      const next = known ?? { below: new Map() }
      if (!known) place.below.set(token, next)
      place = next
    }
    place.pointer = pointer
  }
  return root
}

const isContainer = (value: unknown): value is Members | readonly unknown[] => typeof value === 'object' && value !== null

/** Undefined where there is nothing. Names are those of the value itself: what every object inherits is not there. */
function memberOf(value: unknown, token: string): unknown {
  if (Array.isArray(value)) return indexPattern.test(token) ? value[Number(token)] : undefined
  return isContainer(value) && Object.hasOwn(value, token) ? (value as Members)[token] : undefined
}

/** Sets a member of an object of ours. An assignment to `__proto__` would change what the object is. */
function setMember(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
  else object[name] = value
}

/** The values at these pointers, by pointer, without those where there is none. Throws RangeError for a text that is no pointer. */
export function valuesAt(data: Members, pointers: readonly string[]): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const pointer of pointers) {
    const value = tokensOf(pointer).reduce(memberOf, data as unknown)
    if (value !== undefined) values[pointer] = value
  }
  return values
}

/**
 * The data without the values at these pointers, all of which are of the data as it was: an item that is taken out of a list moves those behind it. Containers that become empty stay; a pointer to nothing takes nothing. The data
 * itself stays as it is. Throws RangeError for a text that is no pointer.
 */
export const stripped = (data: Members, pointers: readonly string[]): Members => without(data, placesOf(pointers)) as Members

function without(value: unknown, places: Places): unknown {
  if (!isContainer(value)) return value
  return Array.isArray(value) ? withoutItems(value, places) : withoutMembers(value as Members, places)
}

/** Made of what stays: an object of which something is deleted is slower for all that is done with it later. */
function withoutMembers(object: Members, { below }: Places): Members {
  const copy: Record<string, unknown> = {}
  for (const name of Object.keys(object)) {
    const place = below.get(name)
    if (!place) setMember(copy, name, object[name])
    else if (place.pointer === undefined) setMember(copy, name, without(object[name], place))
  }
  return copy
}

function withoutItems(list: readonly unknown[], { below }: Places): unknown[] {
  const copy = [...list]
  const gone = new Set<number>()
  for (const [token, place] of below) {
    const item = memberOf(list, token)
    if (item === undefined) continue
    if (place.pointer === undefined) copy[Number(token)] = without(item, place)
    else gone.add(Number(token))
  }
  return copy.filter((_, index) => !gone.has(index))
}

/**
 * The data with the values put back: `filled(stripped(data, pointers), valuesAt(data, pointers))` is `data`. What stands at the place of a member gives way; items of a list are put between the others. The data itself stays as it is.
 * Throws RangeError where a text is no pointer or a value has no place: these values are not of this data.
 */
export const filled = (data: Members, values: Readonly<Record<string, unknown>>): Members =>
  withValues(data, placesOf(Object.keys(values)), values) as Members

function withValues(value: unknown, { below }: Places, values: Readonly<Record<string, unknown>>): unknown {
  if (!isContainer(value)) throw new RangeError('A sealed value has no place in this data')
  if (Array.isArray(value)) return withItems(value, below, values)
  const copy = { ...value } as Record<string, unknown>
  for (const [name, place] of below) {
    const member = place.pointer === undefined ? withValues(memberOf(value, name), place, values) : values[place.pointer]
    setMember(copy, name, member)
  }
  return copy
}

function withItems(list: readonly unknown[], below: Places['below'], values: Readonly<Record<string, unknown>>): unknown[] {
  const copy = [...list]
  // From the first to the last: what lay before an item is back when the item comes, so that its index is what it was.
  const inOrder = [...below].toSorted(([one], [other]) => Number(one) - Number(other))
  for (const [token, place] of inOrder) {
    const index = Number(token)
    const isThere = indexPattern.test(token) && index < copy.length + (place.pointer === undefined ? 0 : 1)
    if (!isThere) throw new RangeError('A sealed value has no place in this data')
    if (place.pointer === undefined) copy[index] = withValues(copy[index], place, values)
    else copy.splice(index, 0, values[place.pointer])
  }
  return copy
}
