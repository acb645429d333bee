/** A JSON schema as OpenAPI 3.1 shows it: what our page reads of it. */
export interface SchemaShape {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly description?: string
  readonly const?: unknown
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly items?: SchemaShape
  readonly anyOf?: readonly SchemaShape[]
  readonly oneOf?: readonly SchemaShape[]
  readonly allOf?: readonly SchemaShape[]
  readonly properties?: Readonly<Record<string, SchemaShape>>
  readonly additionalProperties?: boolean | SchemaShape
  readonly required?: readonly string[]
}

type Content = Readonly<Record<string, { readonly schema?: SchemaShape }>>

export interface Operation {
  readonly operationId?: string
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly required?: boolean
    readonly description?: string
    readonly schema?: SchemaShape
  }[]
  readonly requestBody?: { readonly content?: Content }
  readonly responses?: Readonly<Record<string, { readonly description?: string; readonly content?: Content }>>
}

/** The generated description of the API: the part of OpenAPI 3.1 that we generate. */
export interface OpenApiDocument {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string; readonly description?: string }
  readonly components?: { readonly schemas?: Readonly<Record<string, SchemaShape>> }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}
