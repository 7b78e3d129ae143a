// Date, and whatever else tells the present date when it is given none.
kit => {
  const { global, RealDate, now, native, cover, getter } = kit;

  const VirtualDate = cover(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length ? args : [now()], newTarget),
    apply: () => new RealDate(now()).toString(),
  });
  native(RealDate, 'now', () => now());
  Object.defineProperty(RealDate.prototype, 'constructor', { value: VirtualDate, writable: true, configurable: true });
  Object.defineProperty(global, 'Date', { value: VirtualDate, writable: true, configurable: true });

  // A formatter that is given no date takes the machine's.
  const dated = args => args.length && args[0] !== undefined ? args : [now()];
  const formatter = global.Intl.DateTimeFormat.prototype;
  native(formatter, 'formatToParts', (args, self, target) => Reflect.apply(target, self, dated(args)));
  const formats = new WeakMap(); // a formatter's own function -> ours
  getter(formatter, 'format', own => {
    if (!formats.has(own)) {
      formats.set(own, cover(own, { apply: (f, self, args) => Reflect.apply(f, self, dated(args)) }));
    }
    return formats.get(own);
  });

  const temporal = global.Temporal && global.Temporal.Now;
  if (temporal) {
    const { Instant } = global.Temporal;
    const instant = () => Instant.fromEpochMilliseconds(now());
    const zone = temporal.timeZoneId.bind(temporal);
    const zoned = args => instant().toZonedDateTimeISO(args.length && args[0] !== undefined ? args[0] : zone());
    native(temporal, 'instant', instant);
    native(temporal, 'zonedDateTimeISO', zoned);
    native(temporal, 'plainDateTimeISO', args => zoned(args).toPlainDateTime());
    native(temporal, 'plainDateISO', args => zoned(args).toPlainDate());
    native(temporal, 'plainTimeISO', args => zoned(args).toPlainTime());
  }

  // A file that a script makes is as new as the moment, unless it says otherwise.
  if (global.File) {
    const RealFile = global.File;
    const VirtualFile = cover(RealFile, {
      construct: (target, args, newTarget) => {
        const dateless = args.length === 2 || args.length > 2 && (args[2] == null || args[2].lastModified === undefined);
        const given = dateless ? [args[0], args[1], Object.assign({}, args[2], { lastModified: now() })] : args;
        return Reflect.construct(target, given, newTarget);
      },
    });
    Object.defineProperty(RealFile.prototype, 'constructor', { value: VirtualFile, writable: true, configurable: true });
    Object.defineProperty(global, 'File', { value: VirtualFile, writable: true, configurable: true });
  }
}
