#include "cajal/base/xml.h"

#include <gtest/gtest.h>

#include "cajal/base/utf8.h"

namespace cajal {
namespace {

TEST(Xml, MarkupBecomesEntities) {
  EXPECT_EQ(xml_text("a<b>&\"c'"), "a&lt;b&gt;&amp;&quot;c&#39;");
  EXPECT_EQ(xml_text("&lt;"), "&amp;lt;");
  EXPECT_EQ(xml_text(""), "");
}

TEST(Xml, CharactersOfAllLengthsStay) {
  const std::string text = "a é ñ → 漢 😀";
  EXPECT_EQ(clean_utf8(text), text);
}

TEST(Xml, ControlCharactersBecomeSpaces) {
  EXPECT_EQ(clean_utf8(std::string("a\nb\tc\0d\x7f", 8)), "a b c d ");
  EXPECT_EQ(clean_utf8("a\xC2\x85z"), "a z");  // NEL
}

TEST(Xml, BrokenBytesAreReplaced) {
  EXPECT_EQ(clean_utf8("\xFFz"), "\xEF\xBF\xBDz");
  EXPECT_EQ(clean_utf8("\xC3"), "\xEF\xBF\xBD");                                  // cut off
  EXPECT_EQ(clean_utf8("\xC0\xBC"), "\xEF\xBF\xBD\xEF\xBF\xBD");                  // '<', overlong
  EXPECT_EQ(clean_utf8("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // half of a pair
  EXPECT_EQ(clean_utf8("\xEF\xBF\xBF"), "\xEF\xBF\xBD");                          // not for XML
}

TEST(Utf8, OnlyWholeCharactersAreWellFormed) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("a é ñ → 漢 😀"));
  for (const char* broken : {"\xFF", "a\xC3", "\xC0\xBC", "\xE0\x80\x80", "\xED\xBB\xBF", "\xF4\x90\x80\x80", "\x80"})
    EXPECT_FALSE(is_utf8(broken));
}

}  // namespace
}  // namespace cajal
