import { expect } from 'chai'
import fc from 'fast-check'
import { fitColumns, wrap } from '../../../cli/fit-columns.ts'
import { Page, toned } from '../../../cli/page.ts'
import { printable, printableJson } from '../../../cli/printable.ts'

const anyText = fc.array(fc.integer({ min: 0, max: 0x10ffff })).map((numbers) => String.fromCodePoint(...numbers))

describe('printable', () => {
  it('shows what would act on the terminal by its number', () => {
    expect(printable('a\u001b[2Jb\r\n\u202ec\u0000')).to.equal('a\\u{1b}[2Jb\\u{d}\\u{a}\\u{202e}c\\u{0}')
  })

  it('leaves letters of all languages alone', () => {
    expect(printable('Büro, 東京, кот, №1')).to.equal('Büro, 東京, кот, №1')
  })

  it('never lets a control character through', () => {
    fc.assert(fc.property(anyText, (text) => !/[\p{Cc}\p{Cf}]/u.test(printable(text))))
  })
})

describe('printableJson', () => {
  it('is the same value, without what would act on the terminal', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const json = printableJson({ text }, 2)
        expect(json.replaceAll('\n', '')).to.not.match(/[\p{Cc}\p{Cf}]/u)
        expect(JSON.parse(json)).to.deep.equal({ text })
      }),
    )
    expect(printableJson({ a: '\u009b2J\u{e0001}' })).to.equal('{"a":"\\u009b2J\\udb40\\udc01"}')
  })
})

describe('Page', () => {
  it('makes every text printable, coloured or not', () => {
    const page = new Page({ colours: false, columns: 80 })
    page
      .line('\u001b[31m')
      .facts([['a', toned('bad', '\r')]])
      .table(['H'], [['\u0007']])
      .document('x\u001by\n\tz\n')
    expect(page.text).to.equal('\\u{1b}[31m\na  \\u{d}\nH\n\\u{7}\nx\\u{1b}y\n    z\n')
  })

  it('writes a document byte by byte where there is no terminal', () => {
    expect(new Page({ colours: false }).document('a:\tb\u001b\n\n').text).to.equal('a:\tb\u001b\n\n')
  })

  it('colours by tone', () => {
    expect(new Page({ colours: true }).line('it is ', toned('bad', 'bad')).text).to.equal(
      'it is \u001b[31mbad\u001b[39m\n',
    )
  })

  it('wraps the last column where the terminal ends', () => {
    const page = new Page({ colours: false, columns: 30 })
    page.table(['NO', 'WHY'], [['1', 'the kernel is not the one that the policy names']])
    for (const line of page.text.split('\n')) expect(line.length).to.be.at.most(30)
    expect(page.text.replaceAll(/\s+/g, ' ')).to.contain('the kernel is not the one that the policy names')
  })

  it('fits long words too, and leaves out nothing of them', () => {
    const [digest, id] = ['0123456789abcdef'.repeat(4), '01a203d4-a2b1-7478-b964-8d416737c3b1']
    const page = new Page({ colours: true, columns: 100 })
    page.table(
      ['NO', 'ID', 'TYPE', 'DIGEST', 'WANTED'],
      [['1', id, 'EV_EFI_PLATFORM_FIRMWARE_BLOB', digest, toned('bad', `sha256 ${digest}`)]],
    )
    // eslint-disable-next-line no-control-regex -- the colours are what is taken away
    const lines = page.text.replaceAll(/\u001b\[\d+m/g, '').split('\n')
    for (const line of lines) expect(line.length).to.be.at.most(100)
    const columns = lines.slice(1).map((line) => line.trim().split(/ {2,}/))
    expect(columns.flat().join('')).to.satisfy((text: string) => text.length >= 1 + id.length + 2 * digest.length)
    expect(page.text).to.not.contain('…')
  })

  it('never widens a column, and fits wherever columns can be narrow enough', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 20, max: 250 }),
        (widest, room) => {
          const widths = fitColumns(widest, room)
          widths.forEach((width, i) => expect(width).to.be.within(1, widest[i] ?? 0))
          const total = widths.reduce((sum, width) => sum + width + 2, -2)
          const narrow = widths.every((width, i) => width <= (i === widths.length - 1 ? 10 : 20))
          expect(total <= room || narrow).to.equal(true)
        },
      ),
    )
  })

  it('breaks a text at blanks, and a word that is too long anywhere', () => {
    expect(wrap('sha256 0123456789', 8)).to.deep.equal(['sha256', '01234567', '89'])
    expect(wrap('one two', 7)).to.deep.equal(['one two'])
    expect(wrap('one two three', 7)).to.deep.equal(['one two', 'three'])
  })

  it('writes whole lines where there is no terminal', () => {
    const why = 'long '.repeat(60).trim()
    expect(new Page({ colours: false }).table(['NO', 'WHY'], [['1', why]]).text).to.equal(`NO  WHY\n1   ${why}\n`)
  })
})
