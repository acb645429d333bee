/** Commands of a page, and what it says that they print. */
export interface PageBlock {
  readonly commands: string
  /** ```` ```sh server ````: they go on running. A later block of this kind takes the place of the one that runs. */
  readonly inTerminalOfItsOwn: boolean
  /** Where the block begins in the page. */
  readonly line: number
  /** From the ```` ```text ```` right after it. `…` is anything within a line, a line of `…` alone any lines. */
  readonly prints?: RegExp
}

/** The `sh` blocks of a Markdown page in order. Throws for a block of any other kind, which nobody would run. */
export function pageBlocks(page: string): readonly PageBlock[] {
  const blocks: PageBlock[] = []
  for (const { index, groups } of page.matchAll(/^```(?<info>.*)\n(?<content>(?:.*\n)*?)```$/gm)) {
    const { info = '', content = '' } = groups ?? {}
    const line = page.slice(0, index).split('\n').length
    const last = blocks.at(-1)
    if (info === 'sh' || info === 'sh server')
      blocks.push({ commands: content, inTerminalOfItsOwn: info === 'sh server', line })
    else if (info === 'text' && last !== undefined && last.prints === undefined)
      blocks.splice(-1, 1, { ...last, prints: printing(content) })
    else throw new Error(`line ${line}: nobody runs a block of "${info}" here`)
  }
  return blocks
}

function printing(content: string): RegExp {
  const lines = content
    .trimEnd()
    .split('\n')
    .map((line) => (line === '…' ? '(?:.*\n)*' : `${line.split('…').map(RegExp.escape).join('.*')}\n`))
  return new RegExp(`^${lines.join('')}$`)
}
