using System;
using System.Threading;

namespace LightningOps.Reconcile.Leases;

/// <summary>Another may hold the lease: nothing more is sent.</summary>
internal sealed class LeaseLostException(CancellationToken lost) : OperationCanceledException("The lease ran out.", lost);
