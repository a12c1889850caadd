using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace LightningOps.Tests.Support;

/// <summary>A test that needs PostgreSQL; elsewhere skipped, which is said.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.IsAvailable ? null : PostgresServer.NotRun;
}

/// <summary>A test that starts a PostgreSQL server of its own; elsewhere, also with a named server only, skipped, which is said.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OwnPostgresFactAttribute : FactAttribute
{
    public OwnPostgresFactAttribute() => Skip = PostgresServer.FindProgram("initdb") is null ? "not run: no program of PostgreSQL to start a server" : null;
}

/// <summary>A test with data that needs PostgreSQL; elsewhere skipped, which is said.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute() => Skip = PostgresServer.IsAvailable ? null : PostgresServer.NotRun;
}

/// <summary>A class whose inherited contract needs PostgreSQL.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsPostgresAttribute : Attribute;

/// <summary>A test of a contract: skipped in a class that needs PostgreSQL where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("LightningOps.Tests.Support.ContractFactDiscoverer", "LightningOps.TestSupport")]
public sealed class ContractFactAttribute : FactAttribute;

/// <summary>A test of a contract with data: skipped in a class that needs PostgreSQL where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("LightningOps.Tests.Support.ContractTheoryDiscoverer", "LightningOps.TestSupport")]
public sealed class ContractTheoryAttribute : TheoryAttribute;

/// <summary>Makes the test cases of contracts.</summary>
public sealed class ContractFactDiscoverer(IMessageSink sink) : FactDiscoverer(sink)
{
    protected override IXunitTestCase CreateTestCase(ITestFrameworkDiscoveryOptions options, ITestMethod method, IAttributeInfo fact) =>
        IsSkipped(method) ? new SkippedTestCase(DiagnosticMessageSink, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), method) : base.CreateTestCase(options, method, fact);

    internal static bool IsSkipped(ITestMethod method) =>
        !PostgresServer.IsAvailable && method.TestClass.Class.GetCustomAttributes(typeof(NeedsPostgresAttribute).AssemblyQualifiedName).Any();
}

/// <summary>Makes the test cases of contracts with data.</summary>
public sealed class ContractTheoryDiscoverer(IMessageSink sink) : TheoryDiscoverer(sink)
{
    public override IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions options, ITestMethod method, IAttributeInfo theory) =>
        ContractFactDiscoverer.IsSkipped(method) ? [new SkippedTestCase(DiagnosticMessageSink, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), method)] : base.Discover(options, method, theory);
}

/// <summary>A test that is not run because there is no PostgreSQL.</summary>
public sealed class SkippedTestCase : XunitTestCase
{
    [Obsolete("For serialization.")]
    public SkippedTestCase()
    {
    }

    public SkippedTestCase(IMessageSink sink, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(sink, display, options, method)
    {
    }

    protected override string GetSkipReason(IAttributeInfo factAttribute) => PostgresServer.NotRun;
}
