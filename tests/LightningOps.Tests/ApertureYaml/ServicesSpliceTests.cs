using System;
using LightningOps.ApertureYaml;
using LightningOps.ApertureYaml.Edit;
using Xunit;

namespace LightningOps.Tests.ApertureYaml;

public sealed class ServicesSpliceTests
{
    private const string Artifact = "# Generated; do not edit.\nservices:\n  - name: new\n    price: 3\n";
    private const string Block = "services:\n  - name: new\n    price: 3\n";

    [Theory]
    [InlineData("services: []\n", Block)]
    [InlineData("services: # what we sell; ask ops\n  - name: x\n# after\nb: 2\n", "services: # what we sell; ask ops\n  - name: new\n    price: 3\n# after\nb: 2\n")]
    [InlineData("services: []   # none yet\r\nb: 2\r\n", "services:   # none yet\r\n  - name: new\r\n    price: 3\r\nb: 2\r\n")]
    [InlineData("'services' : # ours", "services: # ours\n  - name: new\n    price: 3\n")]
    [InlineData("services: #\n  - name: a#b\n", "services: #\n  - name: new\n    price: 3\n")]
    [InlineData("services:\n", Block)]
    [InlineData("services:", Block)]
    [InlineData("services: ~ # none yet\n", Block)]
    [InlineData("services: null\n", Block)]
    [InlineData("a: 1\nservices: [{name: x}, {name: y}]\nb: 2\n", "a: 1\n" + Block + "b: 2\n")]
    [InlineData("services: [\n  {name: x},\n  # why\n  {name: y}\n] # end\nb: 2\n", Block + "b: 2\n")]
    [InlineData("services:\n  - name: x\n    price: 1\nb: 2\n", Block + "b: 2\n")]
    [InlineData("services:\n- name: x\n  price: 1\n- name: y\nb: 2\n", Block + "b: 2\n")]
    [InlineData("services:\n-\n-\nb: 2\n", Block + "b: 2\n")]
    [InlineData("services:\n  - name:\nb: 2\n", Block + "b: 2\n")]
    [InlineData("\"services\":\n  - name: x\nb: 2\n", Block + "b: 2\n")]
    [InlineData("'services' : []\nb: 2\n", Block + "b: 2\n")]
    [InlineData("? services\n: - name: x\nb: 2\n", Block + "b: 2\n")]
    [InlineData("services: &all\n  - &one\n    name: x\n  - *one\nb: 2\n", Block + "b: 2\n")]
    [InlineData("services:\n  - name: >\n      folded\n\n      text\n\n\nb: 2\n", Block + "\n\nb: 2\n")]
    [InlineData("services:\n  - name: 'two\n\n      lines'\n\nb: 2\n", Block + "\nb: 2\n")]
    [InlineData("services: []", Block)]
    [InlineData("x: &x [1]\nservices: *x\nb: *x\n", "x: &x [1]\n" + Block + "b: *x\n")]
    public void The_services_of_the_file_give_way_to_the_compiled_ones(string baseYaml, string expected)
    {
        Assert.Equal(expected, ServicesSplice.Replace(baseYaml, Artifact));
    }

    [Theory]
    [InlineData("services: []\n", false)]
    [InlineData("# head\n---\nservices:\n  - name: x\n# tail\n", false)]
    [InlineData("", false)]
    [InlineData("listenaddr: a\nservices: []\n", true)]
    [InlineData("not: [yaml", true)]
    [InlineData("a text", true)]
    public void Settings_other_than_services_are_seen(string yaml, bool expected) => Assert.Equal(expected, ServicesSplice.HasOtherSettings(yaml));

    [Theory]
    [InlineData("services:\n  # first\n  - name: x\n  # last\n\n  # very last\n\n# About b\n\nb: 2\n", Block + "\n# About b\n\nb: 2\n")]
    [InlineData("# head\n\n# About services\nservices: []\n# About b\nb: 2 # two\n", "# head\n\n# About services\n" + Block + "# About b\nb: 2 # two\n")]
    [InlineData("services:\n- name: x\n# inside\n- name: y\n# tail\n", Block + "# tail\n")]
    [InlineData("services:\n  # - name: x\nb: 2\n", Block + "b: 2\n")]
    public void Comments_in_the_column_of_the_key_stay_and_those_of_the_block_go(string baseYaml, string expected)
    {
        Assert.Equal(expected, ServicesSplice.Replace(baseYaml, Artifact));
    }

    [Theory]
    [InlineData("", Block)]
    [InlineData("# only a comment\n", "# only a comment\n" + Block)]
    [InlineData("# no end", "# no end\n" + Block)]
    [InlineData("a: 1\n", "a: 1\n" + Block)]
    [InlineData("a: 1", "a: 1\n" + Block)]
    [InlineData("a: 1\n\n# tail\n", "a: 1\n\n# tail\n" + Block)]
    [InlineData("a:\n  services: []\n", "a:\n  services: []\n" + Block)]
    [InlineData("---\na: 1\n...\n", "---\na: 1\n" + Block + "...\n")]
    [InlineData("---\n", "---\n" + Block)]
    [InlineData("a: 1\n---\nb: 2\n", "a: 1\n" + Block + "---\nb: 2\n")]
    [InlineData("\ufeff", "\ufeff" + Block)]
    public void A_file_without_services_gets_them_at_the_end_of_its_document(string baseYaml, string expected)
    {
        Assert.Equal(expected, ServicesSplice.Replace(baseYaml, Artifact));
    }

    [Theory]
    [InlineData("%YAML 1.2\n---\na: 1\nservices: []\n...\n", "%YAML 1.2\n---\na: 1\n" + Block + "...\n")]
    [InlineData("services: []\n---\nservices: [1]\n", Block + "---\nservices: [1]\n")]
    [InlineData("\ufeffservices: []\na: 1\n", "\ufeff" + Block + "a: 1\n")]
    [InlineData("\ufeff# c\nservices: []\na: 1\n", "\ufeff# c\n" + Block + "a: 1\n")]
    public void Marks_around_the_document_stay(string baseYaml, string expected)
    {
        Assert.Equal(expected, ServicesSplice.Replace(baseYaml, Artifact));
    }

    [Fact]
    public void A_file_with_CR_LF_gets_services_with_CR_LF()
    {
        var spliced = ServicesSplice.Replace("a: 1\r\nservices:\r\n  - name: x\r\n\r\n# b\r\nb: 2\r\n", Artifact);

        Assert.Equal("a: 1\r\n" + Block.Replace("\n", "\r\n") + "\r\n# b\r\nb: 2\r\n", spliced);
    }

    [Fact]
    public void An_artifact_with_CR_LF_takes_the_line_ends_of_the_file()
    {
        Assert.Equal("a: 1\n" + Block, ServicesSplice.Replace("a: 1\n", Artifact.Replace("\n", "\r\n")));
    }

    [Fact]
    public void An_indented_file_gets_indented_services()
    {
        var spliced = ServicesSplice.Replace("  a: 1\n  services:\n    - name: x\n    # mine\n  # b\n  b: 2\n", Artifact);

        Assert.Equal("  a: 1\n  services:\n    - name: new\n      price: 3\n  # b\n  b: 2\n", spliced);
    }

    [Fact]
    public void Splicing_twice_changes_nothing_more()
    {
        var once = ServicesSplice.Replace("a: 1\n# s\nservices: []\n# b\nb: 2\n", Artifact);

        Assert.Equal(once, ServicesSplice.Replace(once, Artifact));
    }

    [Theory]
    [InlineData("a: [1\nb: 2\n", 1, 4)]
    [InlineData("a: 'never ends\n", 1, 4)]
    [InlineData("a: 1\nservices: []\nservices: []\n", 3, 1)]
    [InlineData("- a\n", 1, 1)]
    [InlineData("text\n", 1, 1)]
    [InlineData("{a: 1}\n", 1, 1)]
    [InlineData("a: *none\n", 1, 4)]
    [InlineData("a: \0\n", 1, 4)]
    public void A_file_that_cannot_be_spliced_is_refused_with_the_place(string baseYaml, int line, int column)
    {
        var refusal = Assert.Throws<ApertureConfigFormatException>(() => ServicesSplice.Replace(baseYaml, Artifact));

        Assert.Equal((line, column), (refusal.Line, refusal.Column));
        Assert.NotEmpty(refusal.Remedy);
    }

    [Fact]
    public void A_notation_that_only_Aperture_reads_is_not_called_broken()
    {
        var refusal = Assert.Throws<ApertureConfigFormatException>(() => ServicesSplice.Replace("authenticator: {network: &n regtest, lndhost: \"localhost:10009\"}\nservices: []\n", Artifact));

        Assert.StartsWith("Aperture reads this notation, but it cannot be edited here: ", refusal.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("~")]
    [InlineData("null")]
    public void A_null_document_before_the_settings_is_skipped_as_Aperture_skips_it(string nothing) =>
        Assert.StartsWith("---\n" + nothing + "\n---\nlistenaddr: a:1\nservices:", ServicesSplice.Replace("---\n" + nothing + "\n---\nlistenaddr: a:1\nservices: []\n", Artifact), StringComparison.Ordinal);

    [Fact]
    public void An_anchor_of_the_old_services_that_is_used_elsewhere_is_named()
    {
        var refusal = Assert.Throws<ApertureConfigFormatException>(
            () => ServicesSplice.Replace("services:\n  - price: &fee 3\nother: *fee\n", Artifact));

        Assert.Contains("&fee", refusal.Message, StringComparison.Ordinal);
        Assert.Equal((3, 8), (refusal.Line, refusal.Column));
    }

    [Fact]
    public void An_anchor_that_is_defined_anew_after_the_services_does_not_matter()
    {
        var spliced = ServicesSplice.Replace("services:\n  - &x 1\nnew: &x 2\nother: *x\n", Artifact);

        Assert.Equal(Block + "new: &x 2\nother: *x\n", spliced);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("routes:\n  - name: x\n")]
    [InlineData("services:\n  - name: x\nlistenaddr: x\n")]
    [InlineData("services: []\n---\na: 1\n")]
    public void An_artifact_with_more_or_less_than_services_is_refused(string artifact)
    {
        Assert.Throws<ArgumentException>(() => ServicesSplice.Replace("a: 1\n", artifact));
    }

    [Theory]
    [InlineData('\u2028')]
    [InlineData('\u2029')]
    [InlineData('\u0085')]
    public void A_character_that_only_looks_like_a_line_break_is_kept_in_comments_and_values(char separator)
    {
        var head = "# agreed" + separator + "services: []\nprofile: 0 # " + separator + "x\nbasedir: 'a" + separator + "b'\n";

        var spliced = ServicesSplice.Replace(head + "services:\n  - name: old # one" + separator + "two\nstaticroot: /s\n", Artifact);

        Assert.Equal(head + Block + "staticroot: /s\n", spliced);
    }

    [Fact]
    public void Services_go_into_the_document_of_a_comment_that_Aperture_reads_and_not_into_the_one_after_it()
    {
        var spliced = ServicesSplice.Replace("---\n# only words\n---\nprofile: 0\n", Artifact);

        Assert.NotEmpty(LiveFile.FromBytes(System.Text.Encoding.UTF8.GetBytes(spliced)).Services);
        Assert.EndsWith("---\nprofile: 0\n", spliced, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: 1\nservices:\n  # of the shop\n  - name: x\n    price: 3 # why\n", "2 comments in the services of f.yaml are not in the exported file, because its services are written anew: line 3, 5. Write a comment that is to stay above the key services (comments_lost).")]
    [InlineData("a: 1\nservices:\n  - name: x\n    price: 3 # why\n", "A comment in the services of f.yaml is not in the exported file, because its services are written anew: line 4. Write a comment that is to stay above the key services (comments_lost).")]
    [InlineData("a: 1 # kept\n# kept\nservices: # kept\n  - name: x\n", null)]
    public void Comments_that_go_with_the_services_are_named_by_line(string text, string? expected)
    {
        var after = ServicesSplice.Replace(text, "services:\n  - name: y\n    hostregexp: '^y$'\n");

        Assert.Equal(expected, ServicesSplice.DescribeLostComments("f.yaml", text, after));
        Assert.Equal(expected is null, !text.Contains("# why", StringComparison.Ordinal));
    }
}
