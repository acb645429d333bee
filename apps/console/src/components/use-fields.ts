import { type ChangeEvent, useState } from 'react'
import { problemOf } from '../api/api-problem.ts'
import type { Problem } from '../api/operations.ts'

/** The fields of a form: what was typed, and what the server says of it. */
export interface Fields<V extends object> {
  readonly values: V
  set<N extends keyof V>(name: N, value: V[N]): void
  /** What an input of this name needs: `<TextInput label="Name" {...fields.bind('name')} />`. */
  bind<N extends keyof V & string>(name: N): BoundField<V[N]>
  /** For a `Switch` or `Checkbox`. */
  bindChecked(name: keyof V & string): {
    readonly name: string
    readonly checked: boolean
    readonly onChange: (event: ChangeEvent<HTMLInputElement>) => void
    readonly error: string | undefined
  }
  /** What is wrong, by the name of the field. */
  readonly errors: Readonly<Record<string, string>>
  /** What the server said at no field that the form shows. */
  readonly problem: Problem | undefined
  /** Takes what a call threw: each error goes to its field, the rest to `problem`. */
  refuse(error: unknown): void
  /** Says something at a field without asking the server. */
  say(name: keyof V & string, message: string): void
  clear(): void
}

export interface BoundField<Value> {
  readonly name: string
  readonly value: Value
  readonly onChange: (change: Value | ChangeEvent<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>) => void
  readonly error: string | undefined
}

/**
 * `fieldOf` turns the JSON pointer of an error (`/subject/0/value`), or the field of the certificate (`keyUsage`), into the name of a
 * field; without it the first part of the pointer is the name. An error whose field the form does not have is shown above it.
 */
export function useFields<V extends object>(
  initial: V,
  fieldOf: (pointer: string, values: V) => string | undefined = firstPart,
): Fields<V> {
  const [values, setValues] = useState(initial)
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({})
  const [problem, setProblem] = useState<Problem>()

  const set: Fields<V>['set'] = (name, value) => {
    setValues((all) => ({ ...all, [name]: value }))
    setErrors(({ [String(name)]: _gone, ...others }) => others)
  }
  const clear = () => {
    setErrors({})
    setProblem(undefined)
  }
  return {
    values,
    set,
    bind: (name) => ({
      name,
      value: values[name],
      onChange: (change) => set(name, valueIn(change)),
      error: errors[name],
    }),
    bindChecked: (name) => ({
      name,
      checked: values[name] === true,
      onChange: (event) => set(name, event.currentTarget.checked as V[typeof name]),
      error: errors[name],
    }),
    errors,
    problem,
    refuse: (error) => {
      const said = problemOf(error)
      const { atFields, others } = sorted(said, values, (pointer) => fieldOf(pointer, values))
      setErrors(atFields)
      setProblem(others.length === 0 && Object.keys(atFields).length > 0 ? undefined : { ...said, errors: others })
    },
    say: (name, message) => setErrors((all) => ({ ...all, [name]: message })),
    clear,
  }
}

function sorted(
  { errors = [] }: Problem,
  values: object,
  fieldOf: (pointer: string) => string | undefined,
): { readonly atFields: Readonly<Record<string, string>>; readonly others: NonNullable<Problem['errors']> } {
  const placed = errors.map((error) => ({ error, name: error.field === undefined ? undefined : fieldOf(error.field) }))
  const isShown = (name: string | undefined): name is string => name !== undefined && Object.hasOwn(values, name)
  const atFields: Record<string, string> = {}
  for (const { error, name } of placed) if (isShown(name)) atFields[name] ??= error.detail
  return { atFields, others: placed.filter(({ name }) => !isShown(name)).map(({ error }) => error) }
}

function firstPart(pointer: string): string | undefined {
  return pointer.split('/').find((part) => part !== '')
}

function valueIn<Value>(
  change: Value | ChangeEvent<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>,
): Value {
  const isEvent = typeof change === 'object' && change !== null && 'currentTarget' in change
  // An input of text is bound to a text.
  return isEvent ? (change.currentTarget.value as Value) : (change as Value)
}
