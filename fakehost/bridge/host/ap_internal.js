// What all.js asks of the host for itself.

const nothing = () => {};

defineModule('_analytics', {
  trackDeprecatedMethodUsed: method(['methodUsed'], nothing),
  trackIframePerformanceMetrics: method(['metrics'], nothing),
  trackWebVitals: method(['metrics'], nothing),
});

defineModule('_featureFlag', {
  getBooleanFeatureFlag: promised(['flagName'], async () => false),
});
