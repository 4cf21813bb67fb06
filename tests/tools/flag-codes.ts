import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const FOLDER = join(import.meta.dirname, '../../gateway/domain/health');

type Group = 'condition' | 'change' | 'caveat' | 'rule' | 'evidence';

/**
 * All codes that the flags of the engine can tell, read from its source: who adds one there need not think of this list. A
 * name whose end is only known at run time stands here with `*`.
 */
export function flagCodes(): Readonly<Record<Group, ReadonlySet<string>>> {
  const codes = {
    condition: new Set(),
    change: new Set(),
    caveat: new Set(),
    rule: new Set(),
    evidence: new Set(),
  } as Record<Group, Set<string>>;
  for (const file of readdirSync(FOLDER)) {
    const source = ts.createSourceFile(file, readFileSync(join(FOLDER, file), 'utf8'), ts.ScriptTarget.Latest, true);
    visit(source, (node) =>
      collect(node, (group, of) => {
        for (const t of texts(of)) codes[group].add(t);
      }),
    );
  }
  return codes;
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}

const OF_FIELD: Readonly<Record<string, Group>> = {
  change: 'change',
  changes: 'change',
  caveats: 'caveat',
  rule: 'rule',
  missing: 'rule',
  feature: 'evidence',
};

function collect(node: ts.Node, say: (group: Group, of: ts.Node) => void): void {
  if (ts.isCallExpression(node)) {
    const [first] = node.arguments;
    const called = node.expression;
    if (ts.isIdentifier(called) && called.text === 'condition' && first) say('condition', first);
    const isPush = ts.isPropertyAccessExpression(called) && called.name.text === 'push';
    if (isPush && ts.isIdentifier(called.expression) && called.expression.text === 'caveats')
      for (const a of node.arguments) say('caveat', a);
  }
  if ((ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node)) && node.initializer) {
    const group = OF_FIELD[node.name.getText()];
    if (group) say(group, node.initializer);
    if (ts.isArrayBindingPattern(node.name))
      placed(
        node.name.elements.map((e) => e.getText()),
        node.initializer,
        say,
      );
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    if (ts.isArrayLiteralExpression(node.left))
      placed(
        node.left.elements.map((e) => e.getText()),
        node.right,
        say,
      );
    if (ts.isIdentifier(node.left) && node.left.text === 'rule') say('rule', node.right);
  }
  if (ts.isObjectLiteralExpression(node)) evidence(node, say);
}

/** `[state, rule] = a ? ['raised', 'this-rule'] : ['watch', 'that-rule']` */
function placed(names: readonly string[], of: ts.Node, say: (group: Group, of: ts.Node) => void): void {
  const at = names.indexOf('rule');
  if (at < 0) return;
  if (ts.isConditionalExpression(of)) {
    placed(names, of.whenTrue, say);
    placed(names, of.whenFalse, say);
  } else if (ts.isArrayLiteralExpression(of) && of.elements[at]) say('rule', of.elements[at]);
}

/** `{ name: 'rest-voltage', value, unit: 'V' }`; a name that comes from a list is looked up in the loop around it. */
function evidence(node: ts.ObjectLiteralExpression, say: (group: Group, of: ts.Node) => void): void {
  const field = (name: string) => node.properties.find((p) => p.name?.getText() === name);
  const name = field('name');
  if (!name || !field('value') || !field('unit')) return;
  if (ts.isPropertyAssignment(name)) {
    say('evidence', name.initializer);
    return;
  }
  let loop: ts.Node = node;
  while (!ts.isForOfStatement(loop) && loop.parent) loop = loop.parent;
  if (ts.isForOfStatement(loop)) say('evidence', loop.expression);
}

const ZONES = ['idle', 'part', 'high'];

/** The texts that an expression may be; what is only compared, called or looked up is none of them. */
function texts(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text.endsWith('.') ? `${node.text}*` : node.text];
  if (ts.isTemplateExpression(node)) {
    const head = node.head.text;
    const [span] = node.templateSpans;
    const hole = span?.expression.getText();
    if (hole === 'z') return ZONES.map((z) => `${head}${z}`);
    return hole === 'behind.flag' ? [`${head}alternator`, `${head}oxygen`] : [`${head}*`];
  }
  if (ts.isConditionalExpression(node)) return [...texts(node.whenTrue), ...texts(node.whenFalse)];
  if (ts.isBinaryExpression(node) || ts.isElementAccessExpression(node)) return [];
  if (ts.isCallExpression(node)) {
    const called = node.expression;
    return ts.isPropertyAccessExpression(called) && called.name.text === 'slice' ? texts(called.expression) : [];
  }
  if (ts.isPropertyAssignment(node)) return texts(node.initializer);
  const found: string[] = [];
  ts.forEachChild(node, (child) => void found.push(...texts(child)));
  return found;
}
