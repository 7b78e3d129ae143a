// Lists what the types of AP declare, one name a line: context.getToken, and for what a function gives,
// dialog.getButton().enable. Its arguments are the folder of TypeScript and the file of the types.
import { createRequire } from 'node:module';

const [modules, file] = process.argv.slice(2);
const ts = createRequire(`${modules}/`)('typescript');
const program = ts.createProgram([file], { types: [], noResolve: true, lib: ['lib.es2020.d.ts', 'lib.dom.d.ts'] });
const checker = program.getTypeChecker();
const source = program.getSourceFile(file);
const errors = program.getSemanticDiagnostics(source);
if (errors.length > 0) {
  throw new Error(ts.flattenDiagnosticMessageText(errors[0].messageText, '\n'));
}

const declaredHere = (symbol) => symbol && (symbol.declarations || []).some((declaration) => declaration.getSourceFile() === source);

// members are the functions of what a call gives, as far as the types themselves declare it.
function members(type) {
  const parts = type.isUnion() ? type.types : [type];
  return parts.filter((part) => declaredHere(part.symbol)).flatMap((part) => part.getProperties().map((property) => property.name));
}

function list(symbol, path) {
  for (const member of checker.getExportsOfModule(symbol)) {
    const name = path ? `${path}.${member.name}` : member.name;
    if (member.flags & ts.SymbolFlags.Function) {
      console.log(name);
      const given = checker.getTypeOfSymbolAtLocation(member, source).getCallSignatures().flatMap((signature) => members(signature.getReturnType()));
      for (const one of new Set(given)) console.log(`${name}().${one}`);
    } else if (member.flags & ts.SymbolFlags.Variable) {
      console.log(name);
    }
    if (member.flags & ts.SymbolFlags.ValueModule) {
      list(member, name);
    }
  }
}

const found = checker.getSymbolsInScope(source, ts.SymbolFlags.Namespace).find((symbol) => symbol.name === 'AP');
list(found, '');
