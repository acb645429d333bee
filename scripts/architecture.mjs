// `node scripts/architecture.mjs [folder]`: checks the source of a checkout (this one) against architecture-rules.mjs.
// Prints a line for each violation (rule, file:line, what to change) and ends with 1 when there is one.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path'
import { EFFECTS, EMPTY_NAMES, MAY_IMPORT, WITHOUT_EFFECTS } from './architecture-rules.mjs'
import { cycles } from './module-cycles.mjs'
import { ROOT } from './node26.mjs'
import { importsOf, lineAt, withoutComments } from './source-text.mjs'

const root = resolve(process.argv[2] ?? ROOT)
const violations = checkArchitecture()
for (const { rule, place, message } of violations) console.log(`${rule}  ${place}\n    ${message}`)
console.log(violations.length === 0 ? 'The source keeps to the architecture.' : `${violations.length} violations`)
process.exit(violations.length === 0 ? 0 : 1)

function checkArchitecture() {
  const files = sourceFiles()
  const edges = []
  const found = files.flatMap((file) => checkFile(file, edges))
  return [...found, ...files.flatMap(checkName), ...checkReadmes(files), ...cycles(edges).map(describeCycle)]
}

function checkFile(file, edges) {
  const { code, bare } = withoutComments(readFileSync(join(root, file), 'utf8'))
  const module = moduleOf(file)
  const found = []
  const refuse = (rule, line, message) => found.push({ rule, place: `${file}:${line}`, message })

  if (module.kind === 'source' && rowOf(module.name) === undefined) {
    refuse('unknown-module', 1, `${module.name} has no row in scripts/architecture-rules.mjs: say what it may import.`)
  }
  for (const { specifier, line } of importsOf(code)) {
    const target = targetOf(file, specifier)
    const reason = whyRefused(module, target)
    if (reason !== undefined) refuse(reason[0], line, `${module.name} imports ${specifier}: ${reason[1]}`)
    else if (module.kind === 'source' && target.module && target.module.name !== module.name) {
      edges.push({ from: module.name, to: target.module.name, place: `${file}:${line}` })
    }
  }
  if (module.kind === 'source' && module.name in WITHOUT_EFFECTS) {
    for (const { what, line, text } of effectsIn(bare)) {
      refuse('effect', line, `\`${text}\` is ${what}: ${module.name} has no effects; take it as an argument.`)
    }
  }
  const defaultExport = /\bexport\s+default\b|\bas\s+default\b/.exec(bare)
  if (defaultExport) refuse('default-export', lineAt(bare, defaultExport.index), 'Export it by the name of the file.')
  return found
}

/** Why an import is refused, as rule and reason; nothing when it is allowed. */
function whyRefused(module, target) {
  if (target.inner) {
    return ['inner-file', `a package is imported by its name, through its index.ts (${target.inner}).`]
  }
  if (module.kind !== 'source') return undefined
  if (target.outside) return ['outside-source', 'what is shipped imports no tests, benches or scripts.']
  const allowed = WITHOUT_EFFECTS[module.name]
  if (target.node && allowed) return ['effect', `${module.name} has no effects and runs in browsers: no Node modules.`]
  if (target.npm && allowed && !allowed.includes(target.npm)) {
    return ['dependency', `${module.name} may use ${allowed.length > 0 ? allowed.join(', ') : 'no npm package'}.`]
  }
  if (target.module === undefined || target.module.name === module.name) return undefined
  if (mayImport(module.name, target.module.name)) return undefined
  return ['forbidden-import', 'its row in scripts/architecture-rules.mjs does not allow that.']
}

function mayImport(from, to) {
  return (rowOf(from) ?? []).some((allowed) => allowed === '*' || matches(allowed, to))
}

function rowOf(name) {
  const key = Object.keys(MAY_IMPORT).find((pattern) => matches(pattern, name))
  return key === undefined ? undefined : MAY_IMPORT[key]
}

function matches(pattern, name) {
  if (!pattern.endsWith('/*')) return pattern === name
  return dirname(name) === pattern.slice(0, -2)
}

/** What an import points at: a module of ours, an inner file of a package, Node, or an npm package. */
function targetOf(file, specifier) {
  if (specifier.startsWith('node:')) return { node: specifier }
  if (specifier.startsWith('@chancery/')) {
    const [, name, ...rest] = specifier.split('/')
    if (rest.length > 0) return { inner: `@chancery/${name}` }
    return { module: { kind: 'source', name } }
  }
  if (!specifier.startsWith('.')) {
    return { npm: specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/') }
  }
  const path = posix(relative(root, resolve(root, dirname(file), specifier)))
  const module = moduleOf(path)
  if (module.package !== undefined && module.package !== moduleOf(file).package) {
    return { inner: `@chancery/${module.package}` }
  }
  return module.kind === 'source' ? { module } : { outside: path }
}

/** Which module a file belongs to; tests, benches and scripts are of none, and may import what they like. */
function moduleOf(file) {
  const [top, workspace, folder, ...rest] = file.split('/')
  const isPackage = top === 'packages'
  const owner = isPackage ? { package: workspace } : {}
  if (!isPackage && top !== 'apps') return { kind: 'other', name: top }
  if (folder !== 'src') return { kind: 'other', name: `${workspace}/${folder}`, ...owner }
  if (isPackage || workspace !== 'server') return { kind: 'source', name: workspace, ...owner }
  const depth = rest[0] === 'protocols' && rest.length > 2 ? 2 : 1
  return { kind: 'source', name: ['server', ...rest.slice(0, depth)].join('/').replace(/\.ts$/, '') }
}

function effectsIn(bare) {
  return EFFECTS.flatMap(([what, pattern]) => {
    const all = [...bare.matchAll(new RegExp(pattern, 'g'))]
    return all.map((match) => ({ what, line: lineAt(bare, match.index), text: match[0].trim() }))
  })
}

function checkName(file) {
  const found = []
  if (basename(file) === 'index.ts' && !/^packages\/[^/]+\/src\/index\.ts$/.test(file)) {
    found.push({
      rule: 'barrel',
      place: `${file}:1`,
      message: 'Only a package has an index.ts; import the file itself.',
    })
  }
  for (const part of file.split('/')) {
    const name = part.slice(0, part.length - extname(part).length).replace(/\.test$/, '')
    if (EMPTY_NAMES.test(name)) {
      found.push({
        rule: 'empty-name',
        place: `${file}:1`,
        message: `"${name}" says nothing: name it for what it holds.`,
      })
    }
  }
  return found
}

function checkReadmes(files) {
  const folders = new Set(files.map(readmeFolderOf).filter((folder) => folder !== undefined))
  return [...folders]
    .filter((folder) => !existsSync(join(root, folder, 'README.md')))
    .map((folder) => ({
      rule: 'readme',
      place: `${folder}/README.md`,
      message:
        'Ten lines: what it turns into what, reading order, imports, what must stay true, where the hard part is.',
    }))
}

function readmeFolderOf(file) {
  const match = /^(?:packages\/[^/]+|apps\/server\/src\/protocols\/[^/]+|apps\/server\/src\/[^/]+)(?=\/)/.exec(file)
  return match?.[0]
}

function describeCycle(steps) {
  const path = steps.map(({ from, to, place }) => `${from} → ${to} (${place})`).join(', ')
  return { rule: 'cycle', place: steps[0].place, message: `Modules import each other in a circle: ${path}.` }
}

function sourceFiles() {
  const places = ['packages', 'apps', 'test', 'bench'].filter((place) => existsSync(join(root, place)))
  return places.flatMap((place) =>
    readdirSync(join(root, place), { recursive: true })
      .map((name) => posix(join(place, name)))
      .filter((name) => /\.tsx?$/.test(name) && !/(?:^|\/)(?:node_modules|dist)\//.test(name))
      .sort(),
  )
}

function posix(path) {
  return path.split(sep).join('/')
}
