using LightningOps.Reconcile.Outbox;
using Xunit;

namespace LightningOps.Tests.Reconcile.Outbox;

public sealed class MemoryOutboxTests : OutboxContract
{
    private protected override IOutbox Open() => new MemoryOutbox();
}
